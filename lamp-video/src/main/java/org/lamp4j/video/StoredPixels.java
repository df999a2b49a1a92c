package org.lamp4j.video;

import java.nio.ByteBuffer;

/**
 * The pixels of a frame where FFmpeg has put them.
 *
 * @param bytes all rows, red first
 * @param rowDistance bytes from one row to the next, which is more than a row's length where FFmpeg aligns them
 * @param pixelBytes 3, or 4 with opacity last
 */
record StoredPixels(ByteBuffer bytes, int rowDistance, int pixelBytes) {

    static final int CHANNELS = 3;

    /** Copies a row from left to right, laid over black. */
    void copyRow(int y, int width, byte[] rgb) {
        int start = y * rowDistance;
        if (pixelBytes == CHANNELS) {
            bytes.get(start, rgb, 0, width * CHANNELS);
            return;
        }
        for (int x = 0; x < width; x++) {
            copyPixel(start + x * pixelBytes, rgb, x);
        }
    }

    /** Copies a column from top to bottom, laid over black. */
    void copyColumn(int x, int height, byte[] rgb) {
        for (int y = 0; y < height; y++) {
            copyPixel(y * rowDistance + x * pixelBytes, rgb, y);
        }
    }

    private void copyPixel(int from, byte[] rgb, int to) {
        int opacity = pixelBytes == CHANNELS ? 255 : bytes.get(from + CHANNELS) & 0xff;
        for (int channel = 0; channel < CHANNELS; channel++) {
            int value = bytes.get(from + channel) & 0xff;
            rgb[to * CHANNELS + channel] = (byte) ((value * opacity + 127) / 255);
        }
    }

    /** Exchanges left and right. */
    static void mirror(byte[] row) {
        for (int left = 0, right = row.length - CHANNELS; left < right; left += CHANNELS, right -= CHANNELS) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                byte value = row[left + channel];
                row[left + channel] = row[right + channel];
                row[right + channel] = value;
            }
        }
    }
}
