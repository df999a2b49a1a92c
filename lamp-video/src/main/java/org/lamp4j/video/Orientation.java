package org.lamp4j.video;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avutil;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/**
 * How stored pixels become an upright image: rows and columns are exchanged first, then mirrored. All eight turns and
 * mirrorings of a rectangle are of this form.
 *
 * @param transposed whether a stored row becomes a column
 * @param mirroredX whether left and right are exchanged, seen upright
 * @param mirroredY whether top and bottom are exchanged, seen upright
 */
record Orientation(boolean transposed, boolean mirroredX, boolean mirroredY) {

    private static final int MATRIX_ENTRIES = 9;

    static final Orientation UPRIGHT = new Orientation(false, false, false);

    /**
     * Reads the display matrix that comes from a container's header, or from the EXIF data of an image.
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
     * Sets an image upright, a row at a time: a large one is in memory once.
     *
     * @param size of the stored image
     * @param stored its pixels
     * @return the upright image
     */
    RgbImage apply(FrameSize size, StoredPixels stored) {
        FrameSize upright = transposed ? new FrameSize(size.height(), size.width()) : size;
        byte[] row = new byte[StoredPixels.CHANNELS * upright.width()];
        return RgbImage.ofRows(upright, y -> {
            int beforeMirrorY = mirroredY ? upright.height() - 1 - y : y;
            if (transposed) {
                stored.copyColumn(beforeMirrorY, size.height(), row);
            } else {
                stored.copyRow(beforeMirrorY, size.width(), row);
            }
            if (mirroredX) {
                StoredPixels.mirror(row);
            }
            return row;
        });
    }
}
