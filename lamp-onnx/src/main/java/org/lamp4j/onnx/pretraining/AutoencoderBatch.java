package org.lamp4j.onnx.pretraining;

import java.util.Map;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.FloatTensor;

/**
 * Images that an auto-encoder learns from in one step.
 *
 * @param images {@code [B, 3, H, W]}, -1 to 1
 * @param weights how much each pixel counts, {@code [B, 1, H, W]}
 * @param noise standard normal noise in the shape of the latents
 */
public record AutoencoderBatch(FloatTensor images, FloatTensor weights, FloatTensor noise) {

    Map<String, NativeTensor> inputs() {
        return Map.of(
                AutoencoderGraph.IMAGES, NativeTensor.copyOf(images),
                AutoencoderGraph.WEIGHTS, NativeTensor.copyOf(weights),
                AutoencoderGraph.NOISE, NativeTensor.copyOf(noise));
    }
}
