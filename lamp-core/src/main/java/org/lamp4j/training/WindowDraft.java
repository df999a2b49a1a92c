package org.lamp4j.training;

import org.lamp4j.media.FrameSize;
import org.lamp4j.training.TrainingOptions.Window;

/** A {@link Window} while it is set, value by value. */
final class WindowDraft {

    int frameCount;
    FrameSize frameSize;
    int frameStride;
    WindowStart windowStart;
    int maxClipFrames;
    HorizontalFlip horizontalFlip;

    WindowDraft(Window window) {
        frameCount = window.frameCount();
        frameSize = window.frameSize();
        frameStride = window.frameStride();
        windowStart = window.windowStart();
        maxClipFrames = window.maxClipFrames();
        horizontalFlip = window.horizontalFlip();
    }

    Window done() {
        return new Window(frameCount, frameSize, frameStride, windowStart, maxClipFrames, horizontalFlip);
    }
}
