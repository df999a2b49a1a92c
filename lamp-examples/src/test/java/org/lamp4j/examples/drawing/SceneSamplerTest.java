package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.RandomSource;

class SceneSamplerTest {

    private static final int SAMPLES = 8000;

    /** Standard deviations that a share may be off. */
    private static final double DEVIATIONS = 4;

    private static final List<CaptionedScene> SCENES = sample(7);

    @Test
    void next_captions_followTheGrammar() {
        String colours = words(Stream.of(Colour.values()).map(Colour::word));
        String nouns = words(Stream.of(DrawnObject.values()).map(DrawnObject::noun));
        String motions = words(Stream.of(Motion.values()).map(Motion::phrase));
        String places = words(Stream.of(Backdrop.values()).map(Backdrop::phrase));

        assertThat(SCENES)
                .allSatisfy(sampled -> assertThat(sampled.caption())
                        .matches("an? (" + colours + " )?" + nouns + " (" + motions + " )?" + places)
                        .startsWith(sampled.scene().subject() + " ")
                        .endsWith(" " + sampled.scene().backdrop().phrase()));
    }

    @Test
    void next_quarterOfCaptions_nameMotionsAlike() {
        double all = 0;
        for (Motion motion : Motion.values()) {
            double share = SCENES.stream().filter(scene -> names(scene, motion)).count() / (double) SAMPLES;
            assertThat(share).isCloseTo(0.05, within(DEVIATIONS * Math.sqrt(0.05 * 0.95 / SAMPLES)));
            all += share;
        }
        assertThat(all).isCloseTo(0.25, within(DEVIATIONS * Math.sqrt(0.25 * 0.75 / SAMPLES)));
    }

    @Test
    void next_manyScenes_everyObjectInEveryColourOnEveryBackdrop() {
        List<DrawnObject> ofChoice = Stream.of(DrawnObject.values())
                .filter(DrawnObject::hasChoiceOfColour)
                .toList();

        assertThat(SCENES.stream().map(CaptionedScene::scene).map(scene -> List.of(scene.object(), scene.backdrop())))
                .satisfies(pairs -> assertThat(pairs.stream().distinct())
                        .hasSize(DrawnObject.values().length * Backdrop.values().length));
        assertThat(SCENES.stream()
                        .map(CaptionedScene::scene)
                        .filter(scene -> scene.colour().isPresent())
                        .map(scene -> List.of(scene.object(), scene.colour()))
                        .distinct())
                .hasSize(ofChoice.size() * Colour.values().length);
    }

    @Test
    void next_allScenes_objectIsWhole() {
        assertThat(SCENES).allMatch(sampled -> sampled.scene().isWhole());
    }

    @Test
    void next_sizesAndAngles_freeOnlyWhereTheMotionMovesThem() {
        assertThat(SCENES).allSatisfy(sampled -> {
            Pose pose = sampled.scene().pose();
            boolean grows = names(sampled, Motion.GROW);
            assertThat(pose.size()).isBetween(grows ? 16.0 : 26.0, grows ? 46.0 : 38.0);
            assertThat(pose.degrees()).isBetween(0.0, names(sampled, Motion.SPIN) ? 90.0 : 0.0);
        });
        assertThat(SCENES).anyMatch(sampled -> sampled.scene().pose().size() < 18);
        assertThat(SCENES).anyMatch(sampled -> sampled.scene().pose().size() > 44);
        assertThat(SCENES).anyMatch(sampled -> sampled.scene().pose().degrees() > 85);
    }

    @Test
    void next_sameSeed_sameImagesAndOtherSeedOthers() {
        assertThat(sample(7).subList(0, 100)).isEqualTo(SCENES.subList(0, 100));
        assertThat(sample(8).subList(0, 100)).isNotEqualTo(SCENES.subList(0, 100));
    }

    private static boolean names(CaptionedScene sampled, Motion motion) {
        return sampled.caption().contains(" " + motion.phrase() + " ");
    }

    private static String words(Stream<String> words) {
        return words.collect(Collectors.joining("|", "(", ")"));
    }

    private static List<CaptionedScene> sample(long seed) {
        SceneSampler sampler = new SceneSampler(RandomSource.stream(seed, "scenes", 0));
        return Stream.generate(sampler::next).limit(SAMPLES).toList();
    }
}
