package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Clips as batches of images, and back. */
final class Frames {

    private Frames() {}

    /** Turns {@code [B, C, F, h, w]} into {@code [B·F, C, h, w]}. */
    static Value toImages(Value clips) {
        Shape shape = clips.shape();
        Value framesFirst = shape.size(2) == 1 ? clips : transpose(clips, 0, 2, 1, 3, 4); // [B, F, C, h, w]
        return reshape(framesFirst, shape.size(0) * shape.size(2), shape.size(1), shape.size(3), shape.size(4));
    }

    /** Turns {@code [B·F, C, h, w]} into {@code [B, C, F, h, w]}. */
    static Value toClips(Value images, int frameCount) {
        Shape shape = images.shape();
        int clips = shape.size(0) / frameCount;
        if (frameCount == 1) {
            return reshape(images, clips, shape.size(1), 1, shape.size(2), shape.size(3));
        }
        Value framesFirst = reshape(images, clips, frameCount, shape.size(1), shape.size(2), shape.size(3));
        return transpose(framesFirst, 0, 2, 1, 3, 4);
    }
}
