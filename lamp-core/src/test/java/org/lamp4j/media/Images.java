package org.lamp4j.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Small image files, made by hand. */
final class Images {

    private Images() {}

    /** A PNG whose header is all there is to it. */
    static byte[] png(int width, int height, int depth, int colour) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put(new byte[] {(byte) depth, (byte) colour, 0, 0, 0});
        return join(ByteBuffer.allocate(8).putLong(0x89504e470d0a1a0aL).array(), chunk("IHDR", header.array()));
    }

    /** A part of a PNG. */
    static byte[] chunk(String type, byte... content) {
        byte[] checked = join(ascii(type), content);
        CRC32 checksum = new CRC32();
        checksum.update(checked);
        return ByteBuffer.allocate(content.length + 12)
                .putInt(content.length)
                .put(checked)
                .putInt((int) checksum.getValue())
                .array();
    }

    /** A WebP of one colour: five codes of one symbol each take no bits for any pixel. */
    static byte[] losslessWebp(int width, int height) {
        ByteBuffer pixels =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x2f);
        pixels.putInt((width - 1) | ((height - 1) << 14));
        return webp(part("VP8L", pixels.array()));
    }

    /** A WebP of these parts. */
    static byte[] webp(byte[]... parts) {
        byte[] all = join(parts);
        ByteBuffer file = ByteBuffer.allocate(12 + all.length).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(ascii("RIFF"))
                .putInt(all.length + 4)
                .put(ascii("WEBP"))
                .put(all)
                .array();
    }

    /** A part of a WebP. */
    static byte[] part(String type, byte... content) {
        ByteBuffer part =
                ByteBuffer.allocate(8 + content.length + content.length % 2).order(ByteOrder.LITTLE_ENDIAN);
        return part.put(ascii(type)).putInt(content.length).put(content).array();
    }

    /** A part of a JPEG, with its length. */
    static byte[] segment(int marker, byte... content) {
        return ByteBuffer.allocate(4 + content.length)
                .put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (content.length + 2))
                .put(content)
                .array();
    }

    /** The header of a JPEG's pixels, with one component. */
    static byte[] frame(int marker, int width, int height) {
        ByteBuffer content =
                ByteBuffer.allocate(9).put((byte) 8).putShort((short) height).putShort((short) width);
        return segment(marker, content.put(new byte[] {1, 1, 0x11, 0}).array());
    }

    /** A JPEG of these segments. */
    static byte[] jpeg(byte[]... segments) {
        return join(new byte[] {(byte) 0xff, (byte) 0xd8}, join(segments), new byte[] {(byte) 0xff, (byte) 0xd9});
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
