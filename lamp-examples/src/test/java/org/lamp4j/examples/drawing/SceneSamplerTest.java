package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

    private static final List<Motion> NAMED =
            List.of(Motion.RIGHT, Motion.RISE, Motion.BOUNCE, Motion.GROW, Motion.SPIN);
    private static final List<CaptionedScene> SCENES = sample(7, SceneVariety.embedded());
    private static final List<CaptionedScene> ANY_POSE = sample(7, SceneVariety.anyPose());

    @Test
    void next_captions_followTheGrammar() {
        String colours = words(Stream.of(Colour.values()).map(Colour::word));
        String nouns = words(Stream.of(DrawnObject.values()).map(DrawnObject::noun));
        String motions = words(NAMED.stream().map(Motion::phrase));
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
        for (Motion motion : NAMED) {
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
        assertThat(ANY_POSE).allMatch(sampled -> sampled.scene().isWhole());
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
    void next_anyPose_thirdTiltedToBothSidesOfAllSizesAtAllHeightsWithoutPhrases() {
        List<Pose> poses =
                ANY_POSE.stream().map(sampled -> sampled.scene().pose()).toList();
        List<Pose> tilted = poses.stream().filter(pose -> pose.degrees() != 0).toList();

        assertThat(tilted.size() / (double) SAMPLES)
                .isCloseTo(1 / 3.0, within(DEVIATIONS * Math.sqrt(2 / 9.0 / SAMPLES)));
        assertThat(tilted).allMatch(pose -> Math.abs(pose.degrees()) <= 90);
        assertThat(tilted).anyMatch(pose -> pose.degrees() < -85).anyMatch(pose -> pose.degrees() > 85);
        assertThat(poses).allMatch(pose -> pose.size() >= 14 && pose.size() <= 44);
        assertThat(poses).anyMatch(pose -> pose.size() < 15).anyMatch(pose -> pose.size() > 43);
        assertThat(poses).anyMatch(pose -> pose.centreY() < 10).anyMatch(pose -> pose.centreY() > 54);
        assertThat(ANY_POSE)
                .allMatch(sampled -> sampled.caption().equals(sampled.scene().caption()));
    }

    @Test
    void variety_outOfRange_refused() {
        assertThatThrownBy(() -> new SceneVariety(14, 46, 3, 0))
                .hasMessage("expected sizes above 0 and up to 45, but was 14.0 to 46.0 (SceneVariety)");
        assertThatThrownBy(() -> new SceneVariety(20, 14, 3, 0))
                .hasMessage("expected sizes above 0 and up to 45, but was 20.0 to 14.0 (SceneVariety)");
        assertThatThrownBy(() -> new SceneVariety(14, 44, -1, 0))
                .hasMessage("expected one scene in 1 or more, or 0 for none, but was -1 (SceneVariety)");
    }

    @Test
    void next_sameSeed_sameImagesAndOtherSeedOthers() {
        assertThat(sample(7, SceneVariety.embedded()).subList(0, 100)).isEqualTo(SCENES.subList(0, 100));
        assertThat(sample(8, SceneVariety.embedded()).subList(0, 100)).isNotEqualTo(SCENES.subList(0, 100));
    }

    private static boolean names(CaptionedScene sampled, Motion motion) {
        return sampled.caption().contains(" " + motion.phrase() + " ");
    }

    private static String words(Stream<String> words) {
        return words.collect(Collectors.joining("|", "(", ")"));
    }

    private static List<CaptionedScene> sample(long seed, SceneVariety variety) {
        SceneSampler sampler = new SceneSampler(RandomSource.stream(seed, "scenes", 0), variety);
        return Stream.generate(sampler::next).limit(SAMPLES).toList();
    }
}
