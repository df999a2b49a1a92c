package org.lamp4j.onnx.singlefile;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;

/** Reads a UNet's dimensions off its tensors. */
final class UNetShape {

    /** Both versions have these. */
    static final int GROUPS = 32;

    private static final float EPSILON = 1e-5f;
    private static final int MAX_LEVELS = 8;
    private static final String INPUT = UNetLayout.PREFIX + "input_blocks.";
    private static final String OUTPUT = UNetLayout.PREFIX + "output_blocks.";
    private static final String TRANSFORMER = UNetLayout.PREFIX + "middle_block.1.";
    private static final String FIRST = "transformer_blocks.0.";
    private static final String SECOND = "transformer_blocks.1.";

    private final TensorShapes tensors;

    /** What the tensors of one level tell. */
    private record Found(int channels, int layers, boolean attention) {}

    private UNetShape(TensorShapes tensors) {
        this.tensors = tensors;
    }

    /**
     * Reads the dimensions.
     *
     * @param heads how many heads a transformer of some channels has, which no tensor tells
     * @param sampleSize height and width of the latents it was trained for, likewise
     */
    static VideoUNetConfig of(TensorShapes tensors, HeadRule heads, int sampleSize) throws ModelFormatException {
        return new UNetShape(tensors).config(heads, sampleSize);
    }

    private VideoUNetConfig config(HeadRule heads, int sampleSize) throws ModelFormatException {
        List<Found> found = levels();
        int layers = found.get(0).layers;
        if (tensors.hasAnyWith("." + SECOND)) {
            throw KindOfModel.refused("a UNet with several blocks in a transformer", tensors.file());
        }
        List<Level> levels = new ArrayList<>();
        for (int index = 0; index < found.size(); index++) {
            Found level = found.get(index);
            if (level.layers != layers) {
                throw tensors.refused(
                        layers + " ResNet blocks at each level of the UNet", level.layers + " at level " + index);
            }
            if (level.channels % GROUPS != 0) {
                throw tensors.refused("UNet channels that are multiples of " + GROUPS, String.valueOf(level.channels));
            }
            int firstGoingUp = (found.size() - 1 - index) * (layers + 1);
            levels.add(new Level(
                    level.channels,
                    heads.of(level.channels, tensors),
                    level.attention,
                    tensors.has(OUTPUT + firstGoingUp + ".1.norm.weight")));
        }
        return new VideoUNetConfig(
                tensors.size(INPUT + "0.0.weight", 1),
                tensors.size(UNetLayout.PREFIX + "out.2.weight", 0),
                levels,
                layers,
                tensors.size(TRANSFORMER + FIRST + "attn2.to_k.weight", 1),
                GROUPS,
                EPSILON,
                tensors.shape(TRANSFORMER + "proj_in.weight").rank() == 2,
                true,
                0,
                sampleSize);
    }

    /** A level ends with a downsampling, the last one with the blocks. */
    private List<Found> levels() throws ModelFormatException {
        List<Found> levels = new ArrayList<>();
        int block = 1;
        boolean more = true;
        while (more) {
            int first = block;
            while (tensors.has(INPUT + block + ".0.in_layers.0.weight")) {
                block++;
            }
            if (block == first || block - first > TensorShapes.MAX_LAYERS || levels.size() == MAX_LEVELS) {
                throw tensors.refused(
                        "1 to " + MAX_LEVELS + " levels of 1 to " + TensorShapes.MAX_LAYERS
                                + " ResNet blocks in the UNet",
                        block == first
                                ? "none at " + INPUT + first
                                : Math.max(levels.size() + 1, block - first) + " of them");
            }
            levels.add(new Found(
                    tensors.size(INPUT + first + ".0.out_layers.3.weight", 0),
                    block - first,
                    tensors.has(INPUT + first + ".1.norm.weight")));
            more = tensors.has(INPUT + block + ".0.op.weight");
            block++;
        }
        return levels;
    }

    /** How many heads attention has. */
    enum HeadRule {
        /** Stable Diffusion 1: as many everywhere. */
        EIGHT(8, "8 heads"),
        /** Stable Diffusion 2 and CLIP: each of 64 channels. */
        OF_64_CHANNELS(64, "heads of 64 each");

        private final int divisor;
        private final String words;

        HeadRule(int divisor, String words) {
            this.divisor = divisor;
            this.words = words;
        }

        int of(int channels, TensorShapes tensors) throws ModelFormatException {
            if (channels % divisor != 0) {
                throw tensors.refused("channels that make " + words, String.valueOf(channels));
            }
            return this == EIGHT ? divisor : channels / divisor;
        }
    }
}
