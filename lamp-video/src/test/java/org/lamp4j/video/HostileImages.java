package org.lamp4j.video;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Images that were made to exhaust or confuse their reader. File number i is the same everywhere; formats and attacks
 * take turns.
 */
final class HostileImages {

    private static final int MANY = 20_000;
    private static final List<String> NAMES = List.of("image", "image.png", "image.jpg", "image.webp", "a.txt");
    private static final List<String> FOREIGN = List.of(
            "GIF89a",
            "BM\1\2\3\4\0\0\0\0",
            "II*\0",
            "MM\0*",
            "\0\0\1\0",
            "\0\0\0\30ftypheic",
            "\0\0\0\30ftypavif",
            "\0\0\0\fjP  ",
            "\u00ff\n",
            "8BPS",
            "%PDF-",
            "<svg ",
            "\0\0\u00ff\177\u00ff\177",
            "\u00d7\u00cd\u00c6\u009a",
            "P6 ");

    private final byte[] png;
    private final byte[] jpeg;
    private final byte[] webp;
    private final Map<String, Attack> attacks = new LinkedHashMap<>();

    /**
     * An image to read.
     *
     * @param kind its format and what it attacks with
     * @param name of its file
     * @param content of its file
     */
    record Case(String kind, String name, byte[] content) {}

    private interface Attack {
        byte[] make(Random random);
    }

    /** Takes a whole image of each format, to damage. */
    HostileImages(byte[] png, byte[] jpeg, byte[] webp) {
        this.png = png;
        this.jpeg = jpeg;
        this.webp = webp;
        attacks.put("PNG size", random -> pngOf(side(random), side(random), random, new byte[20]));
        attacks.put("PNG one colour", this::pngOfOneColour);
        attacks.put("PNG chunks", this::pngOfManyChunks);
        attacks.put("PNG text", random -> inserted(png, 33, pngChunk(pick(random, "zTXt", "iCCP", "iTXt"), bomb())));
        attacks.put("PNG Exif", random -> inserted(png, 33, pngChunk("eXIf", exif(random))));
        attacks.put("PNG damage", random -> damaged(png, random));
        attacks.put("JPEG size", this::jpegOfAnySize);
        attacks.put("JPEG scans", random -> repeated(jpeg, 0xda, random));
        attacks.put(
                "JPEG tables",
                random -> repeated(jpeg, pick(random, "\u00c4", "\u00db").charAt(0), random));
        attacks.put("JPEG comments", random -> inserted(jpeg, 2, many(segment(0xfe, new byte[] {1}))));
        attacks.put("JPEG Exif", random -> inserted(jpeg, 2, segment(0xe1, join(latin1("Exif\0\0"), exif(random)))));
        attacks.put("JPEG damage", random -> damaged(jpeg, random));
        attacks.put("WebP size", this::webpOfAnySize);
        attacks.put(
                "WebP parts", random -> riff(join(many(part("ICCP", 1)), Arrays.copyOfRange(webp, 12, webp.length))));
        attacks.put("WebP Exif", this::webpWithExif);
        attacks.put("WebP damage", random -> damaged(webp, random));
        attacks.put("WebP noise", this::webpOfNoise);
        attacks.put("other format", this::ofOtherFormat);
    }

    int kinds() {
        return attacks.size();
    }

    Case get(int number) {
        Random random = new Random(number);
        String kind = List.copyOf(attacks.keySet()).get(number % attacks.size());
        byte[] content = attacks.get(kind).make(random);
        return new Case(kind, NAMES.get(random.nextInt(NAMES.size())), content);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Small, at a limit of some decoder, and beyond. */
    private static int side(Random random) {
        int[] sides = {
            0, 1, 4096, 11_584, 11_585, 16_383, 16_384, 32_767, 65_535, 65_536, 1 << 27, Integer.MAX_VALUE, -1
        };
        return random.nextInt(4) == 0 ? random.nextInt(1 << 15) : sides[random.nextInt(sides.length)];
    }

    private static byte[] pngOf(int width, int height, Random random, byte[] pixels) {
        int depth = 1 << random.nextInt(5);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put(new byte[] {(byte) depth, (byte) (random.nextInt(4) * 2 % 7), 0, 0, (byte) random.nextInt(2)});
        return join(
                latin1("\u0089PNG\r\n\32\n"),
                pngChunk("IHDR", header.array()),
                pngChunk("IDAT", pixels),
                pngChunk("IEND", new byte[0]));
    }

    private byte[] pngOfOneColour(Random random) {
        int side = 1 << (10 + random.nextInt(3));
        return pngOf(side, side, random, deflated(side * (side / 8 + 1L)));
    }

    private byte[] pngOfManyChunks(Random random) {
        String type = pick(random, "tEXt", "IDAT", "PLTE", "tRNS", "eXIf", "fdAT", "quUx", "sPLT", "gAMA");
        return inserted(png, 33, many(pngChunk(type, new byte[random.nextInt(4)])));
    }

    private byte[] jpegOfAnySize(Random random) {
        byte[] file = jpeg.clone();
        int frame = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
        file[frame + 1] =
                (byte) pick(random, "\u00c0", "\u00c1", "\u00c2", "\u00c3").charAt(0);
        ByteBuffer.wrap(file).putShort(frame + 5, (short) side(random)).putShort(frame + 7, (short) side(random));
        return file;
    }

    /** A segment of the image, with the pixels that may follow it, many times over. */
    private static byte[] repeated(byte[] file, int marker, Random random) {
        int start = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00ff" + (char) marker);
        int length = 2 + (ByteBuffer.wrap(file).getShort(start + 2) & 0xffff);
        byte[] segment = Arrays.copyOfRange(file, start, start + length);
        return inserted(
                file,
                start,
                join(Collections.nCopies(1 + random.nextInt(MANY), segment).toArray(byte[][]::new)));
    }

    private byte[] webpOfAnySize(Random random) {
        ByteBuffer pixels =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x2f);
        pixels.putInt((side(random) & 0x3fff) | ((side(random) & 0x3fff) << 14));
        ByteBuffer canvas =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) random.nextInt(64));
        canvas.putInt(3, side(random)).putInt(6, side(random));
        byte[] image = part("VP8L", pixels.array());
        return riff(random.nextBoolean() ? image : join(part("VP8X", canvas.array()), image));
    }

    private byte[] webpWithExif(Random random) {
        return riff(join(
                part("VP8X", new byte[] {8, 0, 0, 0, 31, 0, 0, 15, 0, 0}),
                part("EXIF", exif(random)),
                Arrays.copyOfRange(webp, 12, webp.length)));
    }

    /** The header of a lossless image, whose tables and pixels are what chance makes of them. */
    private byte[] webpOfNoise(Random random) {
        byte[] pixels = new byte[16 + random.nextInt(1 << 16)];
        random.nextBytes(pixels);
        pixels[0] = 0x2f;
        ByteBuffer.wrap(pixels)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1, random.nextInt(1024) | random.nextInt(1024) << 14);
        return riff(part("VP8L", pixels));
    }

    private byte[] ofOtherFormat(Random random) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        return join(latin1(FOREIGN.get(random.nextInt(FOREIGN.size()))), noise);
    }

    private static byte[] damaged(byte[] file, Random random) {
        byte[] damaged = Arrays.copyOf(file, random.nextInt(3) == 0 ? random.nextInt(file.length) : file.length);
        for (int flip = random.nextInt(8); flip >= 0 && damaged.length > 0; flip--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    /** A folder of as many entries as fit, or one that leads to itself. */
    private static byte[] exif(Random random) {
        int entries = random.nextInt(5_000);
        ByteBuffer exif = ByteBuffer.allocate(10 + entries * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
        exif.put(latin1("II*\0")).putInt(8).putShort((short) entries);
        for (int entry = 0; entry < entries; entry++) {
            boolean loop = random.nextInt(50) == 0;
            exif.putShort((short) (loop ? 0x8769 : random.nextInt(1 << 16)));
            exif.putShort((short) random.nextInt(14)).putInt(random.nextInt(4)).putInt(loop ? 8 : random.nextInt());
        }
        return exif.array();
    }

    private static byte[] bomb() {
        return join(new byte[] {'k', 0, 0}, deflated(1 << 24));
    }

    private static byte[] deflated(long zeros) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 20];
        byte[] output = new byte[1 << 16];
        for (long left = zeros; left > 0; left -= block.length) {
            deflater.setInput(block, 0, (int) Math.min(left, block.length));
            for (int count = deflater.deflate(output); count > 0; count = deflater.deflate(output)) {
                result.write(output, 0, count);
            }
        }
        deflater.finish();
        for (int count = deflater.deflate(output); count > 0; count = deflater.deflate(output)) {
            result.write(output, 0, count);
        }
        deflater.end();
        return result.toByteArray();
    }

    private static byte[] many(byte[] part) {
        byte[] all = new byte[MANY * part.length];
        for (int count = 0; count < MANY; count++) {
            System.arraycopy(part, 0, all, count * part.length, part.length);
        }
        return all;
    }

    private static byte[] pngChunk(String type, byte[] content) {
        byte[] checked = join(latin1(type), content);
        CRC32 checksum = new CRC32();
        checksum.update(checked);
        ByteBuffer chunk =
                ByteBuffer.allocate(content.length + 12).putInt(content.length).put(checked);
        return chunk.putInt((int) checksum.getValue()).array();
    }

    private static byte[] segment(int marker, byte[] content) {
        ByteBuffer segment =
                ByteBuffer.allocate(4 + content.length).put((byte) 0xff).put((byte) marker);
        return segment.putShort((short) (content.length + 2)).put(content).array();
    }

    private static byte[] part(String type, int... content) {
        byte[] bytes = new byte[content.length];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) content[index];
        }
        return part(type, bytes);
    }

    private static byte[] part(String type, byte[] content) {
        ByteBuffer part =
                ByteBuffer.allocate(8 + content.length + content.length % 2).order(ByteOrder.LITTLE_ENDIAN);
        return part.put(latin1(type)).putInt(content.length).put(content).array();
    }

    private static byte[] riff(byte[] parts) {
        ByteBuffer file = ByteBuffer.allocate(12 + parts.length).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(latin1("RIFF"))
                .putInt(parts.length + 4)
                .put(latin1("WEBP"))
                .put(parts)
                .array();
    }

    private static byte[] inserted(byte[] file, int position, byte[] more) {
        return join(Arrays.copyOf(file, position), more, Arrays.copyOfRange(file, position, file.length));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
