package org.lamp4j.examples.studio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * What a clip is, found by decoding it once.
 *
 * @param frameCount frames there are, at most {@link #MAX_FRAMES}, where looking ends
 * @param framesPerSecond its rate
 * @param size of its frames
 * @param cut whether one frame has nothing of the one before it
 * @param preview the clip, small and of few frames
 */
record ClipInspection(int frameCount, double framesPerSecond, FrameSize size, boolean cut, VideoClip preview) {

    /** Twice as many as are learned from. */
    static final int MAX_FRAMES = 4096;

    static final int PREVIEW_PIXELS = 160;
    static final int PREVIEW_FRAMES = 24;

    /** Brightness is compared at this many places a side. */
    private static final int GRID = 16;

    /** A cut changes brightness by this much of 255 on average, and by several times what the clip does elsewhere. */
    private static final double CUT_CHANGE = 40;

    private static final double CUT_RATIO = 5;

    /**
     * Decodes a clip.
     *
     * @throws IOException if it cannot be decoded, or has no frame; the message names the file
     */
    static ClipInspection of(Path file) throws IOException {
        try (FrameReader reader = MediaFiles.installed().openClip(file)) {
            RgbImage first = reader.next()
                    .orElseThrow(() -> new IOException("expected a clip, but was one without frames (" + file + ")"));
            Thumbnails thumbnails = new Thumbnails();
            List<Double> changes = new ArrayList<>();
            double[] before = brightness(first);
            int count = 0;
            for (Optional<RgbImage> frame = Optional.of(first); frame.isPresent(); frame = reader.next()) {
                thumbnails.add(frame.get());
                double[] now = brightness(frame.get());
                changes.add(change(before, now));
                before = now;
                count++;
                if (count == MAX_FRAMES) {
                    break;
                }
            }
            double rate = reader.framesPerSecond();
            return new ClipInspection(count, rate, first.size(), hasCut(changes), thumbnails.clip(rate));
        }
    }

    private static boolean hasCut(List<Double> changes) {
        List<Double> sorted = changes.stream().sorted().toList();
        double usual = sorted.get(sorted.size() / 2);
        double largest = sorted.get(sorted.size() - 1);
        return largest > CUT_CHANGE && largest > CUT_RATIO * usual;
    }

    private static double[] brightness(RgbImage image) {
        double[] values = new double[GRID * GRID];
        for (int index = 0; index < values.length; index++) {
            int x = (2 * (index % GRID) + 1) * image.size().width() / (2 * GRID);
            int y = (2 * (index / GRID) + 1) * image.size().height() / (2 * GRID);
            values[index] = (image.valueAt(x, y, 0) + image.valueAt(x, y, 1) + image.valueAt(x, y, 2)) / 3.0;
        }
        return values;
    }

    private static double change(double[] before, double[] now) {
        double sum = 0;
        for (int index = 0; index < now.length; index++) {
            sum += Math.abs(now[index] - before[index]);
        }
        return sum / now.length;
    }

    /** Small frames at equal distances, of a clip whose length is not known before its end. */
    private static final class Thumbnails {

        private final List<RgbImage> frames = new ArrayList<>();
        private int stride = 1;
        private int seen;

        void add(RgbImage frame) {
            if (seen % stride == 0) {
                if (frames.size() == PREVIEW_FRAMES) {
                    for (int index = PREVIEW_FRAMES - 1; index > 0; index -= 2) {
                        frames.remove(index);
                    }
                    stride *= 2;
                }
                if (seen % stride == 0) {
                    frames.add(small(frame));
                }
            }
            seen++;
        }

        VideoClip clip(double framesPerSecond) {
            return VideoClip.of(frames, Math.min(VideoClip.MAX_STORED_RATE, Math.max(1, framesPerSecond / stride)));
        }
    }

    static RgbImage small(RgbImage frame) {
        FrameSize size = frame.size();
        int longer = Math.max(size.width(), size.height());
        if (longer <= PREVIEW_PIXELS) {
            return frame;
        }
        return frame.coverCrop(new FrameSize(
                Math.max(1, size.width() * PREVIEW_PIXELS / longer),
                Math.max(1, size.height() * PREVIEW_PIXELS / longer)));
    }
}
