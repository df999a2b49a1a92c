package org.lamp4j.onnx.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.backbone.WeightCheck;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.model.ConfigJson;
import org.lamp4j.onnx.model.UNetKeys;

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
     * @param backbone the model, open
     * @return a square
     * @throws IOException if the model cannot be read
     */
    public static FrameSize trainedSize(Backbone backbone) throws IOException {
        try (ModelFiles files = ModelFiles.of(backbone)) {
            int side = files.unetConfig().sampleSize() * files.vaeConfig().factor();
            return new FrameSize(side, side);
        }
    }

    /**
     * Writes the four models for ONNX Runtime, with its own operators where it has faster ones.
     *
     * @param backbone the model, open, with what is added to its weights
     * @param motion a pattern of this backbone to build into the UNet; empty for the inflated image UNet
     * @param output folder to write to, made if missing
     * @throws org.lamp4j.errors.ModelFormatException if a network of the model is an ONNX file already
     * @throws IOException if something cannot be read or written
     * @throws org.lamp4j.errors.StoppedException if this thread is interrupted; each file that is there then is whole
     * @throws IllegalArgumentException if the frame size is not a multiple of the VAE's factor, or the pattern is of
     *     another backbone
     */
    public void write(Backbone backbone, Optional<MotionPattern> motion, Path output) throws IOException {
        MotionWeights weights = weights(backbone, motion);
        try (ModelFiles files = ModelFiles.of(backbone)) {
            ExportedGraphs graphs = graphs(files);
            OnnxModel.write(graphs.textEncoder(), output.resolve("text_encoder"));
            OnnxModel.write(graphs.encoderOfMoments(), output.resolve("vae_encoder"));
            OnnxModel.write(graphs.decoder(), output.resolve("vae_decoder"));
            OnnxModel.write(graphs.unet(weights), output.resolve("unet"));
        }
    }

    /**
     * Writes the four models for any runtime: of the operators of ONNX's own domain, operator set 18. Attention is
     * written as matrix products and a softmax, a matrix of weights of at most 256 MiB at a time, which takes more
     * memory and time in ONNX Runtime than {@link #write} does.
     *
     * <p>The folder has the layout of exported diffusers models, with {@code model_index.json}, {@code scheduler},
     * {@code tokenizer}, and a {@code config.json} beside each {@code model.onnx}; {@code vae_encoder} gives
     * {@code latent_parameters [1, 2C, h, w]}, mean and log-variance, as these do. The metadata of each
     * {@code model.onnx} are {@code input.NAME} and {@code output.NAME} (type and shape),
     * {@code latent_scaling_factor}, {@code frame_count}, {@code frame_size} and {@code prediction_type}.
     *
     * @param backbone the model, open, with what is added to its weights; its schedule and tokenizer are written, too
     * @param motion a pattern of this backbone to build into the UNet; empty for the inflated image UNet
     * @param output folder to write to, made if missing. A new or empty one appears whole or not at all
     * @throws org.lamp4j.errors.ModelFormatException if a network of the model is an ONNX file already
     * @throws IOException if something cannot be read or written
     * @throws org.lamp4j.errors.StoppedException if this thread is interrupted
     * @throws IllegalArgumentException if the frame size is not a multiple of the VAE's factor, or the pattern is of
     *     another backbone
     */
    public void writeStandard(Backbone backbone, Optional<MotionPattern> motion, Path output) throws IOException {
        MotionWeights weights = weights(backbone, motion);
        try (ModelFiles files = ModelFiles.of(backbone)) {
            ExportedGraphs graphs = graphs(files);
            AtomicFolder.write(output, made -> {
                StandardFolder folder = new StandardFolder(made, notes(backbone));
                folder.writeRest(backbone);
                folder.write("text_encoder", graphs.textEncoder(), ConfigJson.of(files.textConfig()));
                folder.write("vae_encoder", graphs.encoderOfParameters(), ConfigJson.of(files.vaeConfig()));
                folder.write("vae_decoder", graphs.decoder(), ConfigJson.of(files.vaeConfig()));
                folder.write("unet", graphs.unet(weights), files.unetJson());
                files.requireUnchanged();
            });
        }
    }

    private static MotionWeights weights(Backbone backbone, Optional<MotionPattern> motion) {
        if (motion.isPresent() && !motion.get().backbone().equals(backbone)) {
            throw new IllegalArgumentException("expected a pattern that was loaded on the backbone to be exported, but"
                    + " was one on another (" + motion.get().backbone().path() + ")");
        }
        return motion.map(MotionPattern::weights).orElseGet(() -> MotionWeights.of(List.of()));
    }

    private ExportedGraphs graphs(ModelFiles files) throws IOException {
        files.requireWeights();
        ExportedGraphs graphs = new ExportedGraphs(files, frameCount, frameSize);
        WeightCheck.of(files, UNetKeys.of(files.unetConfig()));
        return graphs;
    }

    private Map<String, String> notes(Backbone backbone) {
        return Map.of(
                "latent_scaling_factor",
                Float.toString(backbone.model().latentCodec().scalingFactor()),
                "frame_count",
                Integer.toString(frameCount),
                "frame_size",
                frameSize.toString(),
                "prediction_type",
                backbone.noiseSchedule().predictionType().configName());
    }
}
