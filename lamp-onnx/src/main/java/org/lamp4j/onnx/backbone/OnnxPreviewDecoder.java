package org.lamp4j.onnx.backbone;

import static org.lamp4j.onnx.backbone.OnnxLatentCodec.IMAGES;
import static org.lamp4j.onnx.backbone.OnnxLatentCodec.LATENTS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.TinyDecoder;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** The decoder of TAESD in a session that takes one image at a time, kept for latents of the latest size. */
final class OnnxPreviewDecoder implements PreviewDecoder, AutoCloseable {

    private final Checkpoint checkpoint;
    private final TinyDecoder network;
    private final int latentChannels;
    private final Target target;
    private final SizedSession session;
    private boolean closed;

    private OnnxPreviewDecoder(Checkpoint checkpoint, int latentChannels, ComputeDevice device) throws IOException {
        this.checkpoint = checkpoint;
        this.latentChannels = latentChannels;
        network = TinyDecoder.of(checkpoint);
        target = device.targetOfImages();
        session = new SizedSession(shape -> OnnxSession.load(graph(shape), device));
        try {
            graph(Shape.of(1, latentChannels, 1, 1)); // a tensor that does not fit is found out now
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /**
     * Opens a decoder.
     *
     * @param path a file of weights, or a folder with one
     * @param latentChannels channels of the model's latents
     * @param device where it runs
     * @throws IOException if there is none, or it is no such decoder; the message names file and key
     */
    static OnnxPreviewDecoder open(Path path, int latentChannels, ComputeDevice device) throws IOException {
        Checkpoint checkpoint = Files.isDirectory(path)
                ? Checkpoint.inFolder(path, "taesd_decoder", ModelFiles.UNET_WEIGHTS)
                : Checkpoint.open(path);
        try {
            return new OnnxPreviewDecoder(checkpoint, latentChannels, device);
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private Graph graph(Shape latents) {
        Graph graph = new Graph("preview decoder", target);
        Scope root = Scope.root(graph, new CheckpointParameters(checkpoint), ElementType.FLOAT);
        Value input = graph.input(LATENTS, ElementType.FLOAT, latents);
        graph.output(IMAGES, network.decode(root, input));
        return graph;
    }

    @Override
    public synchronized FloatTensor decode(FloatTensor latents) {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it is closed (preview decoder)");
        }
        Shape shape = latents.shape();
        if (shape.rank() != 4 || shape.size(1) != latentChannels || shape.elementCount() == 0) {
            throw new ShapeMismatchException(
                    "expected latents [n, " + latentChannels + ", h, w], but was " + shape + " (preview decoder)");
        }
        checkpoint.requireUnchanged();
        return session.runEach(latents, LATENTS, IMAGES);
    }

    @Override
    public synchronized void close() {
        try (checkpoint;
                session) {
            closed = true;
        }
    }
}
