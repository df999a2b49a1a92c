package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class LatentTilesTest {

    /** Rounding of a weighted mean of equal numbers. */
    private static final float ROUNDING = 1e-5f;

    private static Shape clip(int height, int width) {
        return Shape.of(1, 4, 3, height, width);
    }

    @ParameterizedTest
    @CsvSource({"16, 16, 16, 16", "16, 24, 16, 8", "20, 17, 8, 8", "9, 40, 8, 16", "8, 64, 8, 8", "12, 12, 40, 5"})
    void joined_anySizes_coverTheWholeAndOverlapByAQuarter(int height, int width, int tileHeight, int tileWidth) {
        Shape shape = clip(height, width);
        FloatTensor latents = RandomSource.stream(1, "latents", 0).gaussian(shape);
        LatentTiles tiles = LatentTiles.ofSize(shape, tileHeight, tileWidth);
        List<FloatTensor> seen = new ArrayList<>();

        FloatTensor joined = tiles.joined(latents, tile -> {
            seen.add(tile);
            return tile.times(2);
        });

        assertThat(seen)
                .hasSize(tiles.rows() * tiles.columns())
                .allSatisfy(tile -> assertThat(tile.shape())
                        .isEqualTo(clip(Math.min(height, tileHeight), Math.min(width, tileWidth))));
        for (int index = 0; index < shape.elementCount(); index++) {
            assertThat(joined.valueAt(index)).isCloseTo(2 * latents.valueAt(index), within(ROUNDING));
        }
        assertOverlap(tiles.rows(), height, Math.min(height, tileHeight));
        assertOverlap(tiles.columns(), width, Math.min(width, tileWidth));
    }

    private static void assertOverlap(int count, int whole, int tile) {
        double stride = count == 1 ? 0 : (double) (whole - tile) / (count - 1);
        assertThat(stride).isLessThanOrEqualTo(0.75 * tile);
    }

    @Test
    void joined_singleTile_isTheNetworksOwn() {
        FloatTensor latents = FloatTensor.zeros(clip(8, 8));
        FloatTensor predicted = FloatTensor.zeros(clip(8, 8));

        assertThat(LatentTiles.whole(clip(8, 8)).joined(latents, tile -> predicted))
                .isSameAs(predicted);
    }

    /** A network that says something else of each tile: side by side the tiles would jump by 1. */
    @Test
    void joined_tilesThatDisagree_goOverIntoEachOther() {
        Shape shape = clip(8, 40);
        LatentTiles tiles = LatentTiles.ofSize(shape, 8, 16);
        int[] calls = {0};

        FloatTensor joined = tiles.joined(
                FloatTensor.zeros(shape),
                tile -> FloatTensor.generate(tile.shape(), index -> Math.floorDiv(calls[0]++, 3 * 4 * 8 * 16)));

        assertThat(tiles.columns()).isEqualTo(3);
        assertThat(joined.get(0, 0, 0, 4, 0)).isZero();
        assertThat(joined.get(0, 3, 2, 4, 39)).isEqualTo(2);
        for (int x = 1; x < 40; x++) {
            float step = joined.get(0, 1, 1, 3, x) - joined.get(0, 1, 1, 3, x - 1);
            assertThat(step).as("step to " + x).isBetween(0f, 0.25f); // four latents of overlap
        }
    }

    @ParameterizedTest
    @CsvSource({
        "30720, 40, 64, 1x1 of 512x320", // all there is: 4·3·40·64
        "30719, 40, 64, 1x2 of 320x320",
        "18000, 40, 64, 1x3 of 256x320",
        "12000, 40, 64, 2x3 of 256x192",
        "10, 40, 64, 7x11 of 64x64"
    })
    void largest_lessMemory_moreAndSmallerTiles(long elements, int height, int width, String description) {
        LatentTiles tiles =
                LatentTiles.largest(clip(height, width), some -> some.tile().elementCount() <= elements);

        assertThat(tiles.description(8)).isEqualTo(description);
    }
}
