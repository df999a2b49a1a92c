package org.lamp4j.generation.pipeline;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Latents of a clip as overlapping tiles of one size, all frames in each. What a network predicts of each tile is
 * joined to a prediction for the whole, at every step: where tiles overlap it is their mean, weighted by how far a
 * latent lies inside, so that nothing jumps where a tile ends. A deterministic sampler's step is linear in the
 * predicted noise, so this is the mean of the tiles' steps as well.
 *
 * @param whole shape of the clip's latents, {@code [1, C, F, h, w]}
 * @param tile shape of a tile's, {@code [1, C, F, h', w']}
 * @see <a href="https://arxiv.org/abs/2302.08113">Bar-Tal et al., MultiDiffusion</a>, the closed form of its fusion
 */
record LatentTiles(Shape whole, Shape tile) {

    private static final int ROWS = 3;
    private static final int COLUMNS = 4;

    /** Part of a tile that its neighbour has, too, at least. */
    private static final double LEAST_OVERLAP = 0.25;

    /** Sides that the UNet can halve three times without rounding, and none smaller. */
    private static final int UNIT = 8;

    /** Returns a single tile. */
    static LatentTiles whole(Shape clip) {
        return new LatentTiles(clip, clip);
    }

    /**
     * Returns tiles of a given size.
     *
     * @param clip shape of the whole
     * @param height h', in latents; the whole's if that is less
     * @param width w'
     */
    static LatentTiles ofSize(Shape clip, int height, int width) {
        return new LatentTiles(
                clip,
                clip.with(ROWS, Math.min(height, clip.size(ROWS))).with(COLUMNS, Math.min(width, clip.size(COLUMNS))));
    }

    /**
     * Returns the largest tiles that something holds of, the whole if it does; the smallest there are if of none. The
     * longer side of a tile is divided further first.
     */
    static LatentTiles largest(Shape clip, Predicate<LatentTiles> fits) {
        int rows = 1;
        int columns = 1;
        LatentTiles tiles = whole(clip);
        while (!fits.test(tiles)) {
            LatentTiles refused = tiles;
            int height = tiles.tile.size(ROWS);
            int width = tiles.tile.size(COLUMNS);
            if (Math.max(height, width) <= UNIT) {
                return tiles;
            }
            while (tiles.equals(refused)) { // sides are whole units, so that more tiles may be as large
                if (height > width) {
                    rows++;
                } else {
                    columns++;
                }
                tiles = ofSize(clip, side(clip.size(ROWS), rows), side(clip.size(COLUMNS), columns));
            }
        }
        return tiles;
    }

    /** Returns how long so many tiles must be that they cover a length and overlap enough. */
    private static int side(int length, int count) {
        int least = (int) Math.ceil(length / (1 + (1 - LEAST_OVERLAP) * (count - 1)));
        return Math.min(length, (least + UNIT - 1) / UNIT * UNIT);
    }

    /** Returns how many there are. */
    int count() {
        return rows() * columns();
    }

    /** Returns how many there are, from top to bottom. */
    int rows() {
        return count(ROWS);
    }

    /** Returns how many there are, from left to right. */
    int columns() {
        return count(COLUMNS);
    }

    private int count(int axis) {
        int rest = whole.size(axis) - tile.size(axis);
        int stride = Math.max(1, (int) (tile.size(axis) * (1 - LEAST_OVERLAP)));
        return 1 + (rest + stride - 1) / stride;
    }

    /** Returns where a tile begins; they are spread evenly, the last one ends where the whole does. */
    private int start(int axis, int index) {
        int count = count(axis);
        return count == 1 ? 0 : (int) ((long) index * (whole.size(axis) - tile.size(axis)) / (count - 1));
    }

    /**
     * Predicts the whole, tile by tile.
     *
     * @param latents of the whole's shape
     * @param network predicts a tensor of a tile's shape from one; given each tile once, row by row
     * @return the prediction for the whole; with a single tile the network's own
     */
    FloatTensor joined(FloatTensor latents, UnaryOperator<FloatTensor> network) {
        if (tile.equals(whole)) {
            return network.apply(latents);
        }
        double[] sums = new double[Math.toIntExact(whole.elementCount())];
        double[] weights = new double[whole.size(ROWS) * whole.size(COLUMNS)];
        for (int row = 0; row < rows(); row++) {
            for (int column = 0; column < columns(); column++) {
                int top = start(ROWS, row);
                int left = start(COLUMNS, column);
                FloatTensor part =
                        latents.slice(ROWS, top, top + tile.size(ROWS)).slice(COLUMNS, left, left + tile.size(COLUMNS));
                add(network.apply(part), top, left, sums);
                addWeights(top, left, weights);
            }
        }
        return FloatTensor.generate(whole, index -> (float) (sums[index] / weights[index % weights.length]));
    }

    private void add(FloatTensor prediction, int top, int left, double[] sums) {
        int height = tile.size(ROWS);
        int width = tile.size(COLUMNS);
        int planes = Math.toIntExact(tile.elementCount() / height / width);
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < height; y++) {
                int from = (plane * height + y) * width;
                int to = (plane * whole.size(ROWS) + top + y) * whole.size(COLUMNS) + left;
                for (int x = 0; x < width; x++) {
                    sums[to + x] += weight(y, x) * prediction.valueAt(from + x);
                }
            }
        }
    }

    private void addWeights(int top, int left, double[] weights) {
        for (int y = 0; y < tile.size(ROWS); y++) {
            for (int x = 0; x < tile.size(COLUMNS); x++) {
                weights[(top + y) * whole.size(COLUMNS) + left + x] += weight(y, x);
            }
        }
    }

    /** Returns the weight of a tile's prediction, 1 at its corners and more inside. */
    private double weight(int y, int x) {
        return (double) Math.min(y + 1, tile.size(ROWS) - y) * Math.min(x + 1, tile.size(COLUMNS) - x);
    }

    /** Returns rows and columns, and the size of each, for a clip's provenance. */
    String description(int factor) {
        return rows() + "x" + columns() + " of " + factor * tile.size(COLUMNS) + "x" + factor * tile.size(ROWS);
    }
}
