package org.lamp4j.onnx.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.backbone.MotionFiles;
import org.lamp4j.onnx.backbone.OnnxLatentCodec;
import org.lamp4j.onnx.backbone.OnnxTextEncoder;
import org.lamp4j.onnx.backbone.WeightCheck;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.tensor.Shape;

/**
 * Writes a model as ONNX files that any ONNX Runtime runs: {@code text_encoder}, {@code vae_encoder},
 * {@code vae_decoder} and {@code unet}, each as {@code model.onnx} with its weights in {@code model.onnx.data}. All
 * shapes are fixed, for one clip.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><th>model</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>text_encoder</td><td>input_ids [1, N] int64</td><td>last_hidden_state [1, N, D]</td></tr>
 * <tr><td>vae_encoder</td><td>sample [1, 3, H, W], -1 to 1</td><td>latent_mean, latent_log_variance [1, C, h, w],
 * unscaled</td></tr>
 * <tr><td>vae_decoder</td><td>latent_sample [1, C, h, w], unscaled</td><td>sample [1, 3, H, W]</td></tr>
 * <tr><td>unet</td><td>sample [1, C, F, h, w], timestep [1] int64, encoder_hidden_states [1, N, D]</td><td>out_sample
 * [1, C, F, h, w]</td></tr>
 * </table>
 */
public final class OnnxExport {

    /** The seed of what a pattern leaves out; its values have no effect while the projection after them is zero. */
    private static final long INFLATION_SEED = 0;

    private final int frameCount;
    private final FrameSize frameSize;

    /**
     * Chooses the shapes to export for.
     *
     * @param frameCount F, at least 1
     * @param frameSize W and H, multiples of the VAE's factor
     */
    public OnnxExport(int frameCount, FrameSize frameSize) {
        if (frameCount < 1) {
            throw new IllegalArgumentException("expected 1 frame or more, but was " + frameCount);
        }
        this.frameCount = frameCount;
        this.frameSize = frameSize;
    }

    /**
     * Returns the size of the images that a model was trained on.
     *
     * @param model a Stable Diffusion 1 or 2 model, a folder in diffusers layout or a single file
     * @return a square
     * @throws IOException if the model cannot be read
     */
    public static FrameSize trainedSize(Path model) throws IOException {
        try (ModelFiles files = ModelFiles.open(model)) {
            int side = files.unetConfig().sampleSize() * files.vaeConfig().factor();
            return new FrameSize(side, side);
        }
    }

    /**
     * Writes the four models.
     *
     * @param model a Stable Diffusion 1 or 2 model, a folder in diffusers layout or a single file
     * @param motion a pattern to build into the UNet, file or folder; empty for the inflated image UNet
     * @param output folder to write to, made if missing
     * @throws IOException if something cannot be read or written
     * @throws org.lamp4j.errors.StoppedException if this thread is interrupted; each file that is there then is whole
     * @throws IllegalArgumentException if the frame size is not a multiple of the VAE's factor
     */
    public void write(Path model, Optional<Path> motion, Path output) throws IOException {
        try (ModelFiles files = ModelFiles.open(model)) {
            int factor = files.vaeConfig().factor();
            if (frameSize.width() % factor != 0 || frameSize.height() % factor != 0) {
                throw new IllegalArgumentException(
                        "expected a frame size that is a multiple of " + factor + ", but was " + frameSize);
            }
            WeightCheck.of(files, UNetKeys.of(files.unetConfig()));
            Shape images = Shape.of(1, files.vaeConfig().imageChannels(), frameSize.height(), frameSize.width());
            int height = frameSize.height() / factor;
            int width = frameSize.width() / factor;
            Shape latents = Shape.of(1, files.vaeConfig().latentChannels(), height, width);
            OnnxModel.write(
                    OnnxTextEncoder.graph(files.textConfig(), new CheckpointParameters(files.text())),
                    output.resolve("text_encoder"));
            OnnxModel.write(
                    OnnxLatentCodec.encoderGraph(files.vaeConfig(), new CheckpointParameters(files.vae()), images),
                    output.resolve("vae_encoder"));
            OnnxModel.write(
                    OnnxLatentCodec.decoderGraph(files.vaeConfig(), new CheckpointParameters(files.vae()), latents),
                    output.resolve("vae_decoder"));
            Shape clip = Shape.of(1, files.unetConfig().inChannels(), frameCount, height, width);
            writeUNet(files, motion, clip, output.resolve("unet"));
        }
    }

    private static void writeUNet(ModelFiles files, Optional<Path> motion, Shape clip, Path output) throws IOException {
        UNetInflation inflation = new UNetInflation(files.unet(), INFLATION_SEED);
        UNetKeys keys = UNetKeys.of(files.unetConfig());
        MotionWeights weights = MotionWeights.of(List.of());
        if (motion.isPresent()) {
            MotionFiles motionFiles = new MotionFiles(files, files.unet(), keys, inflation);
            weights = motionFiles.read(motion.get()).weights();
            motionFiles.check(weights);
        }
        VideoUNetParameters parameters = new VideoUNetParameters(files.unet(), inflation, Set.of(), weights);
        VideoUNetGraph unet = VideoUNetGraph.build(
                "video UNet",
                files.unetConfig(),
                new LowRankParameters(parameters, LowRankUpdates.of(weights, keys)),
                VideoUNetGraph.Inputs.of(clip, files.textConfig().positions(), files.unetConfig()),
                ElementType.FLOAT);
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        files.unet().requireUnchanged();
        weights.requireUnchanged();
        OnnxModel.write(unet.graph(), output);
    }
}
