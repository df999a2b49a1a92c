package org.lamp4j.onnx.pretraining;

import java.util.Arrays;
import java.util.List;
import org.lamp4j.onnx.weights.StoredTensor.FloatSequence;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Values that a network is trained from where it starts from nothing.
 *
 * <ul>
 *   <li>Matrices and kernels are uniform in ±1/√fan-in, which keeps the size of activations (LeCun et al., Efficient
 *       BackProp, 1998).
 *   <li>The last map of each residual branch is zero, so that a deep network begins as a shallow one (Goyal et al.,
 *       arXiv 1706.02677, section 5.1).
 *   <li>Embeddings are normal with deviation 0.02 (Radford et al., CLIP). Biases are 0, scales of norms 1.
 * </ul>
 */
final class RandomValues {

    private static final float EMBEDDING_DEVIATION = 0.02f;

    /** Ends of residual branches in the VAE and the UNet, and the UNet's output. */
    private static final List<String> ZEROS = List.of(".conv2.weight", ".proj_out.weight");

    private static final String UNET_OUTPUT = "conv_out.weight";

    private RandomValues() {}

    /**
     * Draws a parameter's values.
     *
     * @param key its checkpoint key
     * @param shape its shape
     * @param seed where the values come from; they depend on the seed and the key only
     * @return the values
     */
    static FloatTensor initial(String key, Shape shape, long seed) {
        if (shape.rank() > 1 && (ZEROS.stream().anyMatch(key::endsWith) || key.equals(UNET_OUTPUT))) {
            return FloatTensor.zeros(shape);
        }
        FloatSequence values = random(key, shape, seed);
        return FloatTensor.generate(shape, index -> values.next());
    }

    /**
     * Draws a parameter's values as {@link #initial}, but for the maps that begin at zero: these are random like any
     * other.
     *
     * @param key its checkpoint key
     * @param shape its shape
     * @param seed where the values come from; they depend on the seed and the key only
     * @return the values in row-major order
     */
    static FloatSequence random(String key, Shape shape, long seed) {
        if (shape.rank() == 1) {
            float constant = key.endsWith(".weight") ? 1 : 0;
            return () -> constant;
        }
        RandomSource random = RandomSource.stream(seed, key, 0);
        if (isEmbedding(key)) {
            return () -> EMBEDDING_DEVIATION * random.nextGaussian();
        }
        int fanIn = Arrays.stream(shape.sizes()).skip(1).reduce(1, Math::multiplyExact);
        float bound = (float) (1 / Math.sqrt(fanIn));
        return () -> bound * (2 * random.nextFloat() - 1);
    }

    static boolean isEmbedding(String key) {
        return key.contains("_embedding.") && key.contains("embeddings");
    }
}
