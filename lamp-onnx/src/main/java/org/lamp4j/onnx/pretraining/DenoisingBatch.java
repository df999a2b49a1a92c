package org.lamp4j.onnx.pretraining;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Noisy images and their captions, from which text encoder and UNet learn in one step.
 *
 * @param latents noisy latents, {@code [B, C, h, w]}
 * @param target what the UNet should predict, in the shape of the latents
 * @param timesteps how noisy each image is: training indices, B of them
 * @param captions the tokens of each caption, B of them, each of the text encoder's number of positions
 * @param weights how much each image counts, {@code [B]}
 */
public record DenoisingBatch(
        FloatTensor latents, FloatTensor target, List<Integer> timesteps, List<int[]> captions, FloatTensor weights) {

    /** Copies the lists, and checks that they are as long as there are images. */
    public DenoisingBatch {
        timesteps = List.copyOf(timesteps);
        captions = List.copyOf(captions);
        int images = latents.shape().size(0);
        if (timesteps.size() != images || captions.size() != images) {
            throw new IllegalArgumentException("expected " + images + " timesteps and captions, but was "
                    + timesteps.size() + " and " + captions.size() + " (DenoisingBatch)");
        }
    }

    Map<String, NativeTensor> inputs() {
        Shape images = Shape.of(timesteps.size());
        long[] tokens =
                captions.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
        return Map.of(
                DenoisingGraph.LATENTS, NativeTensor.copyOf(latents),
                DenoisingGraph.TARGET, NativeTensor.copyOf(target),
                DenoisingGraph.TIMESTEPS,
                        NativeTensor.copyOf(
                                images,
                                timesteps.stream().mapToLong(Integer::longValue).toArray()),
                DenoisingGraph.TOKENS,
                        NativeTensor.copyOf(Shape.of(images.size(0), tokens.length / images.size(0)), tokens),
                DenoisingGraph.WEIGHTS, NativeTensor.copyOf(weights));
    }
}
