package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.FloatTensor;

class SceneTest {

    private static final Pose MIDDLE = Pose.upright(32, 32, 30);

    /** Least root mean square difference, of 255, of object and backdrop where the object is. */
    private static final double VISIBLE = 40;

    @Test
    void image_drawnTwiceAndOnManyThreads_sameBytes() {
        Scene scene = new Scene(DrawnObject.ROCKET, Optional.empty(), Backdrop.NIGHT, 1, new Pose(30.3, 28.7, 31, 40));
        byte[] expected = scene.image().toRgbBytes();

        List<byte[]> images = IntStream.range(0, 64)
                .parallel()
                .mapToObj(ignored -> scene.image().toRgbBytes())
                .toList();

        assertThat(images).allMatch(bytes -> Arrays.equals(bytes, expected));
    }

    @ParameterizedTest
    @EnumSource
    void image_anyObjectAnyColour_visibleOnEveryBackdrop(DrawnObject object) {
        for (Optional<Colour> colour : coloursOf(object)) {
            for (Backdrop backdrop : Backdrop.values()) {
                Scene scene = new Scene(object, colour, backdrop, 0, MIDDLE);

                assertThat(contrast(scene))
                        .as("%s %s %s", object, colour, backdrop)
                        .isGreaterThan(VISIBLE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mask_uprightObject_fillsItsSquareInOneDirectionAndNothingOutside(DrawnObject object) {
        FloatTensor mask = new Scene(object, coloursOf(object).get(0), Backdrop.SKY, 0, MIDDLE).mask();
        int left = 64;
        int right = 0;
        int top = 64;
        int bottom = 0;
        for (int pixel = 0; pixel < 64 * 64; pixel++) {
            if (mask.valueAt(pixel) > 0.1) {
                left = Math.min(left, pixel % 64);
                right = Math.max(right, pixel % 64);
                top = Math.min(top, pixel / 64);
                bottom = Math.max(bottom, pixel / 64);
            }
        }

        assertThat(Math.max(right - left, bottom - top) + 1).isBetween(28, 30);
        assertThat(Math.min(left, top)).isGreaterThanOrEqualTo(17);
        assertThat(Math.max(right, bottom)).isLessThan(47);
    }

    @Test
    void mask_leftEdgeOfTheTrunkInTheMiddleOfAPixel_half() {
        Scene tree = new Scene(DrawnObject.TREE, Optional.empty(), Backdrop.SKY, 0, Pose.upright(32, 32, 50));

        FloatTensor mask = tree.mask();

        assertThat(mask.valueAt(52 * 64 + 28)).isEqualTo(1);
        assertThat(mask.valueAt(52 * 64 + 27)).isCloseTo(0.5f, within(0.01f));
        assertThat(mask.valueAt(52 * 64 + 26)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void pose_quarterTurn_changesTheImage(DrawnObject object) {
        Scene upright = new Scene(object, coloursOf(object).get(0), Backdrop.GRASS, 0, MIDDLE);

        RgbImage turned = upright.withPose(MIDDLE.withDegrees(90)).image();

        assertThat(rootMeanSquare(upright.image(), turned)).isGreaterThan(20);
    }

    @Test
    void isWhole_squareTouchesAndCrossesTheEdge_toldApart() {
        Scene scene = new Scene(DrawnObject.CAT, Optional.empty(), Backdrop.SNOW, 0, Pose.upright(15, 32, 30));

        assertThat(scene.isWhole()).isTrue();
        assertThat(scene.withPose(Pose.upright(14.9, 32, 30)).isWhole()).isFalse();
        assertThat(scene.withPose(new Pose(15, 32, 30, 45)).isWhole()).isFalse();
    }

    @Test
    void caption_vowelAndConsonant_articleFits() {
        Scene car = new Scene(DrawnObject.CAR, Optional.of(Colour.ORANGE), Backdrop.ROAD, 0, MIDDLE);
        Scene whale = new Scene(DrawnObject.WHALE, Optional.empty(), Backdrop.SEA, 0, MIDDLE);

        assertThat(car.caption()).isEqualTo("an orange car on the road");
        assertThat(whale.caption(Motion.RISE)).isEqualTo("a whale rises on the sea");
    }

    @Test
    void scene_colourThatDoesNotFit_refused() {
        assertThatThrownBy(() -> new Scene(DrawnObject.CAR, Optional.empty(), Backdrop.ROAD, 0, MIDDLE))
                .hasMessage("expected a colour for CAR, but was Optional.empty (Scene)");
        assertThatThrownBy(() -> new Scene(DrawnObject.CAT, Optional.of(Colour.RED), Backdrop.ROAD, 0, MIDDLE))
                .hasMessageContaining("expected no colour for CAT");
        assertThatThrownBy(() -> new Scene(DrawnObject.CAT, Optional.empty(), Backdrop.ROAD, 4, MIDDLE))
                .hasMessage("expected a shift of -3 to 3, but was 4 (Backdrop)");
    }

    @Test
    void backdropImage_allBackdropsAndShifts_different() {
        List<Backdrop> backdrops = List.of(Backdrop.values());
        List<RgbImage> plain =
                backdrops.stream().map(backdrop -> backdrop.image(0)).toList();
        for (int one = 0; one < plain.size(); one++) {
            assertThat(rootMeanSquare(plain.get(one), backdrops.get(one).image(3)))
                    .isPositive();
            for (int other = 0; other < one; other++) {
                assertThat(rootMeanSquare(plain.get(one), plain.get(other))).isGreaterThan(VISIBLE);
            }
        }
    }

    private static List<Optional<Colour>> coloursOf(DrawnObject object) {
        return object.hasChoiceOfColour()
                ? Arrays.stream(Colour.values()).map(Optional::of).toList()
                : List.of(Optional.empty());
    }

    private static double contrast(Scene scene) {
        RgbImage image = scene.image();
        RgbImage backdrop = scene.backdropImage();
        FloatTensor mask = scene.mask();
        double weight = 0;
        double sum = 0;
        for (int pixel = 0; pixel < 64 * 64; pixel++) {
            weight += 3 * mask.valueAt(pixel);
            for (int channel = 0; channel < 3; channel++) {
                double difference = image.valueAt(pixel % 64, pixel / 64, channel)
                        - backdrop.valueAt(pixel % 64, pixel / 64, channel);
                sum += difference * difference;
            }
        }
        return Math.sqrt(sum / weight);
    }

    private static double rootMeanSquare(RgbImage one, RgbImage other) {
        byte[] left = one.toRgbBytes();
        byte[] right = other.toRgbBytes();
        double sum = 0;
        for (int at = 0; at < left.length; at++) {
            double difference = (left[at] & 0xff) - (right[at] & 0xff);
            sum += difference * difference;
        }
        return Math.sqrt(sum / left.length);
    }
}
