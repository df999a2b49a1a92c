package org.lamp4j.video;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avutil;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/**
 * How stored pixels become an upright picture: rows and columns are exchanged first, then mirrored. All eight turns
 * and mirrorings of a rectangle are of this form.
 *
 * @param transposed whether a stored row becomes a column
 * @param mirroredX whether left and right are exchanged, seen upright
 * @param mirroredY whether top and bottom are exchanged, seen upright
 */
record Orientation(boolean transposed, boolean mirroredX, boolean mirroredY) {

    private static final int CHANNELS = 3;
    private static final int MATRIX_ENTRIES = 9;

    static final Orientation UPRIGHT = new Orientation(false, false, false);

    /**
     * Reads the display matrix that comes from a container's header, or from the EXIF data of a picture.
     *
     * @param frame a decoded frame
     * @return its orientation; angles between the quarter turns go to the nearest
     */
    static Orientation of(AVFrame frame) {
        AVFrameSideData sideData = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
        if (sideData == null) {
            return UPRIGHT;
        }
        IntBuffer matrix = sideData.data()
                .capacity(MATRIX_ENTRIES * (long) Integer.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        return ofMatrix(matrix.get(0), matrix.get(1), matrix.get(3), matrix.get(4));
    }

    /** Reads the map of stored (x, y) to upright (a·x + c·y, b·x + d·y). */
    static Orientation ofMatrix(int a, int b, int c, int d) {
        boolean transposed = Math.abs((long) b) + Math.abs((long) c) > Math.abs((long) a) + Math.abs((long) d);
        return transposed ? new Orientation(true, c < 0, b < 0) : new Orientation(false, a < 0, d < 0);
    }

    /**
     * Sets a picture upright.
     *
     * @param stored pixels as they are stored
     * @return the upright picture
     */
    RgbImage apply(RgbImage stored) {
        if (equals(UPRIGHT)) {
            return stored;
        }
        FrameSize size =
                transposed ? new FrameSize(stored.size().height(), stored.size().width()) : stored.size();
        byte[] source = stored.toRgbBytes();
        byte[] upright = new byte[source.length];
        for (int y = 0; y < size.height(); y++) {
            int beforeMirrorY = mirroredY ? size.height() - 1 - y : y;
            for (int x = 0; x < size.width(); x++) {
                int beforeMirrorX = mirroredX ? size.width() - 1 - x : x;
                int pixel = transposed
                        ? beforeMirrorX * size.height() + beforeMirrorY
                        : beforeMirrorY * size.width() + beforeMirrorX;
                System.arraycopy(source, pixel * CHANNELS, upright, (y * size.width() + x) * CHANNELS, CHANNELS);
            }
        }
        return RgbImage.of(size, upright);
    }
}
