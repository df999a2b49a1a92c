package org.lamp4j.onnx.export;

import java.util.Set;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.backbone.MotionFiles;
import org.lamp4j.onnx.backbone.OnnxLatentCodec;
import org.lamp4j.onnx.backbone.OnnxTextEncoder;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.tensor.Shape;

/** The networks of a model as graphs for one clip, with weights as constants. */
final class ExportedGraphs {

    /** The seed of what a pattern leaves out; its values have no effect while the projection after them is zero. */
    private static final long INFLATION_SEED = 0;

    private final ModelFiles files;
    private final Shape images;
    private final Shape latents;
    private final Shape clip;

    /**
     * Chooses the shapes.
     *
     * @throws IllegalArgumentException if the frame size is not a multiple of the VAE's factor
     */
    ExportedGraphs(ModelFiles files, int frameCount, FrameSize frameSize) {
        this.files = files;
        int factor = files.vaeConfig().factor();
        if (frameSize.width() % factor != 0 || frameSize.height() % factor != 0) {
            throw new IllegalArgumentException(
                    "expected a frame size that is a multiple of " + factor + ", but was " + frameSize);
        }
        int height = frameSize.height() / factor;
        int width = frameSize.width() / factor;
        images = Shape.of(1, files.vaeConfig().imageChannels(), frameSize.height(), frameSize.width());
        latents = Shape.of(1, files.vaeConfig().latentChannels(), height, width);
        clip = Shape.of(1, files.unetConfig().inChannels(), frameCount, height, width);
    }

    Graph textEncoder() {
        return OnnxTextEncoder.graph(files.textConfig(), new CheckpointParameters(files.text()));
    }

    /** The encoder with mean and log-variance as two outputs. */
    Graph encoderOfMoments() {
        return OnnxLatentCodec.encoderGraph(
                files.vaeConfig(), new CheckpointParameters(files.vae()), images, Target.ANY);
    }

    /** The encoder with both as one output. */
    Graph encoderOfParameters() {
        return OnnxLatentCodec.parametersGraph(files.vaeConfig(), new CheckpointParameters(files.vae()), images);
    }

    Graph decoder() {
        return OnnxLatentCodec.decoderGraph(
                files.vaeConfig(), new CheckpointParameters(files.vae()), latents, Target.ANY);
    }

    /** The video UNet with the parameters of a motion, which lie on this base. */
    Graph unet(MotionWeights weights) {
        UNetInflation inflation = new UNetInflation(files.unet(), INFLATION_SEED);
        UNetKeys keys = UNetKeys.of(files.unetConfig());
        new MotionFiles(files, files.unet(), keys, inflation).check(weights);
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
        return unet.graph();
    }
}
