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
        int frames = count(clips);
        Value framesFirst = areFirst(clips) || frames == 1 ? clips : transpose(clips, 0, 2, 1, 3, 4);
        return reshape(framesFirst, imageShape(shape, Channels.axis(clips), shape.size(0) * frames));
    }

    private static Shape imageShape(Shape clips, int channelAxis, int images) {
        return channelAxis == 1
                ? Shape.of(images, clips.size(1), clips.size(3), clips.size(4))
                : Shape.of(images, clips.size(2), clips.size(3), clips.size(4));
    }

    /** Turns {@code [B·F, C, h, w]} into {@code [B, C, F, h, w]}. */
    static Value toClips(Value images, int frames) {
        Shape shape = images.shape();
        int clips = shape.size(0) / frames;
        if (areFirst(images) || frames > 1) {
            Value framesFirst = reshape(images, clips, frames, shape.size(1), shape.size(2), shape.size(3));
            return areFirst(images) ? framesFirst : transpose(framesFirst, 0, 2, 1, 3, 4);
        }
        return reshape(images, clips, shape.size(1), 1, shape.size(2), shape.size(3));
    }

    /** Turns {@code [B, C, F, h, w]} into {@code [B, C, F, h·w]}. */
    static Value asRows(Value clips) {
        Shape shape = clips.shape();
        return areFirst(clips)
                ? reshape(clips, shape.size(0), shape.size(1), shape.size(2) * shape.size(3), shape.size(4))
                : reshape(clips, shape.size(0), shape.size(1), shape.size(2), shape.size(3) * shape.size(4));
    }

    /** Returns the number of frames of clips. */
    static int count(Value clips) {
        return clips.shape().size(areFirst(clips) ? 1 : 2);
    }

    /** Whether a clip's frames come before its channels. */
    private static boolean areFirst(Value x) {
        return x.graph().target().hasChannelsLast();
    }
}
