package org.lamp4j.video;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * A contact sheet: frames of clips in one image. Each clip begins a row and flows on into as many as it needs. With
 * {@link Builder#frames} a row shows the same moments of every clip, one clip under the other.
 *
 * <pre>{@code
 * RgbImage sheet = ContactSheet.newBuilder()
 *         .addClip(trainingClip)
 *         .addClip(generatedClip)
 *         .frames(0, 2, 4, 6, 8, 10, 12, 15)
 *         .build();
 * }</pre>
 *
 * <p>A cell is as large as the largest clip; smaller clips are enlarged by the largest whole number that fits and set
 * in the middle. The ground is dark grey, so that a black frame has an edge.
 */
public final class ContactSheet {

    private static final int CHANNELS = 3;
    private static final int DEFAULT_COLUMNS = 8;
    private static final int DEFAULT_GAP = 2;
    private static final byte GROUND = 0x30;

    private final List<List<RgbImage>> rows;
    private final FrameSize cell;
    private final int columns;
    private final int gap;

    private ContactSheet(List<List<RgbImage>> rows, FrameSize cell, int gap) {
        this.rows = rows;
        this.cell = cell;
        this.columns = rows.stream().mapToInt(List::size).max().orElseThrow();
        this.gap = gap;
    }

    /**
     * Starts a sheet without clips.
     *
     * @return a new builder
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    private RgbImage toImage() {
        FrameSize size = FrameSize.of(
                gap + columns * ((long) cell.width() + gap), gap + rows.size() * ((long) cell.height() + gap));
        int width = size.width();
        byte[] sheet = new byte[width * size.height() * CHANNELS];
        Arrays.fill(sheet, GROUND);
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                RgbImage frame = PixelGrid.enlarge(
                        rows.get(row).get(column), wholeFactor(rows.get(row).get(column)));
                int left = gap
                        + column * (cell.width() + gap)
                        + (cell.width() - frame.size().width()) / 2;
                int top = gap
                        + row * (cell.height() + gap)
                        + (cell.height() - frame.size().height()) / 2;
                draw(frame.toRgbBytes(), frame.size(), sheet, (top * width + left) * CHANNELS, width * CHANNELS);
            }
        }
        return RgbImage.of(size, sheet);
    }

    private int wholeFactor(RgbImage frame) {
        return Math.min(
                cell.width() / frame.size().width(),
                cell.height() / frame.size().height());
    }

    private static void draw(byte[] frame, FrameSize size, byte[] sheet, int start, int sheetStride) {
        int stride = size.width() * CHANNELS;
        for (int y = 0; y < size.height(); y++) {
            System.arraycopy(frame, y * stride, sheet, start + y * sheetStride, stride);
        }
    }

    /** A builder of a {@link ContactSheet}: its clips, and how they are laid out. */
    public static final class Builder {

        private final List<VideoClip> clips = new ArrayList<>();
        private int[] frameIndices = {};
        private int columns = DEFAULT_COLUMNS;
        private int gap = DEFAULT_GAP;

        private Builder() {}

        /**
         * Adds a clip below those added before.
         *
         * @param clip the clip; it begins a row
         * @return this builder
         */
        public Builder addClip(VideoClip clip) {
            clips.add(clip);
            return this;
        }

        /**
         * Chooses the frames that are shown of every clip.
         *
         * @param indices which frames, from 0, in the order they are shown; none, as by default, shows all
         * @return this builder
         * @throws IllegalArgumentException if one is negative
         */
        public Builder frames(int... indices) {
            for (int index : indices) {
                if (index < 0) {
                    throw new IllegalArgumentException(
                            "expected frames of 0 or more, but was " + index + " (ContactSheet.Builder.frames)");
                }
            }
            this.frameIndices = indices.clone();
            return this;
        }

        /**
         * Sets how many frames stand side by side at most.
         *
         * @param count at least 1; the default, 8, shows a clip of 16 frames in two rows
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder columns(int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "expected at least 1 column, but was " + count + " (ContactSheet.Builder.columns)");
            }
            this.columns = count;
            return this;
        }

        /**
         * Sets the space between frames and around them.
         *
         * @param pixels at least 0; the default is 2
         * @return this builder
         * @throws IllegalArgumentException if it is below 0
         */
        public Builder gap(int pixels) {
            if (pixels < 0) {
                throw new IllegalArgumentException(
                        "expected a gap of at least 0 pixels, but was " + pixels + " (ContactSheet.Builder.gap)");
            }
            this.gap = pixels;
            return this;
        }

        /**
         * Draws the sheet.
         *
         * @return one image of all chosen frames
         * @throws IllegalStateException if there is no clip
         * @throws IllegalArgumentException if a clip has no frame of a chosen index, or the sheet would have more than
         *     {@link RgbImage#MAX_PIXELS} pixels; the message says so
         */
        public RgbImage build() {
            if (clips.isEmpty()) {
                throw new IllegalStateException("expected at least 1 clip, but was 0 (ContactSheet.Builder.build)");
            }
            int width = 0;
            int height = 0;
            List<List<RgbImage>> rows = new ArrayList<>();
            for (int clipIndex = 0; clipIndex < clips.size(); clipIndex++) {
                VideoClip clip = clips.get(clipIndex);
                width = Math.max(width, clip.frameSize().width());
                height = Math.max(height, clip.frameSize().height());
                List<RgbImage> chosen = chosenFrames(clip, clipIndex);
                for (int start = 0; start < chosen.size(); start += columns) {
                    rows.add(chosen.subList(start, Math.min(start + columns, chosen.size())));
                }
            }
            return new ContactSheet(rows, new FrameSize(width, height), gap).toImage();
        }

        private List<RgbImage> chosenFrames(VideoClip clip, int clipIndex) {
            if (frameIndices.length == 0) {
                return clip.frames();
            }
            return IntStream.of(frameIndices)
                    .mapToObj(frameIndex -> {
                        if (frameIndex >= clip.frameCount()) {
                            throw new IllegalArgumentException("expected frame " + frameIndex + ", but was a clip of "
                                    + clip.frameCount() + " frames (clip " + clipIndex + " of the contact sheet)");
                        }
                        return clip.frames().get(frameIndex);
                    })
                    .toList();
        }
    }
}
