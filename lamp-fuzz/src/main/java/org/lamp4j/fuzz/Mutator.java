package org.lamp4j.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files: bits, bytes, numbers, lengths and order. The same seed does the same damage. */
public final class Mutator {

    /** Where signs, widths and limits change. */
    private static final long[] BOUNDARIES = {
        0, 1, -1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000L, 0xffff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private static final List<String> JSON_PIECES =
            List.of("-", ".5", "e9", "1e400", "null", "true", "{}", "[]", "[1]", "\"x\"", "[[[[", ",");

    private static final int MAX_MUTATIONS = 4;
    private static final int MAX_COPIED_BYTES = 200;

    /** Unlike those of {@link java.util.Random}, its sequences from neighbouring seeds have nothing in common. */
    private final SplittableRandom random;

    /**
     * Makes a mutator.
     *
     * @param seed says what it does
     */
    public Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Damages some bytes, in at least one place.
     *
     * @param content any bytes
     * @return a copy with the damage
     */
    public byte[] mutate(byte[] content) {
        byte[] mutated = content.clone();
        int mutations = 1 + Math.min(random.nextInt(MAX_MUTATIONS), random.nextInt(MAX_MUTATIONS));
        for (int count = 0; count < mutations; count++) {
            mutated = mutated.length == 0 ? new byte[] {(byte) random.nextInt()} : once(mutated);
        }
        return mutated;
    }

    /** The beginning of a file is its header, so it is hit as often as all the rest. */
    private int place(int length) {
        int reach = random.nextBoolean() ? length : Math.min(length, 1 + length / 8);
        return random.nextInt(reach);
    }

    private byte[] once(byte[] content) {
        int at = place(content.length);
        switch (random.nextInt(8)) {
            case 0 -> content[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> content[at] = (byte) random.nextInt();
            case 2 -> number(content, at);
            case 3 -> {
                return splice(content, 0, at, at);
            }
            case 4 -> {
                return removed(content, at);
            }
            case 5 -> {
                return inserted(content, at);
            }
            case 6 -> {
                return withOtherNumber(content, at);
            }
            default -> swap(content, at);
        }
        return content;
    }

    private void number(byte[] content, int at) {
        int width = new int[] {1, 2, 4, 8}[random.nextInt(4)];
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(random.nextInt(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .putLong(BOUNDARIES[random.nextInt(BOUNDARIES.length)])
                .array();
        System.arraycopy(bytes, 0, content, at, Math.min(width, content.length - at));
    }

    private byte[] removed(byte[] content, int at) {
        int end = Math.min(content.length, at + 1 + random.nextInt(MAX_COPIED_BYTES));
        return splice(content, end, content.length, at);
    }

    /** Repeats some bytes from elsewhere in the file. */
    private byte[] inserted(byte[] content, int at) {
        int from = random.nextInt(content.length);
        int length = Math.min(content.length - from, 1 + random.nextInt(MAX_COPIED_BYTES));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        output.write(content, 0, at);
        output.write(content, from, length);
        output.write(content, at, content.length - at);
        return output.toByteArray();
    }

    /** Puts another number, or a piece of JSON, in place of the next digit. */
    private byte[] withOtherNumber(byte[] content, int at) {
        int digit = at;
        while (digit < content.length && !Character.isDigit(content[digit])) {
            digit++;
        }
        String text = random.nextBoolean()
                ? Long.toString(BOUNDARIES[random.nextInt(BOUNDARIES.length)])
                : JSON_PIECES.get(random.nextInt(JSON_PIECES.size()));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        output.write(content, 0, digit);
        output.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        output.write(content, Math.min(content.length, digit + 1), Math.max(0, content.length - digit - 1));
        return output.toByteArray();
    }

    private void swap(byte[] content, int at) {
        int other = random.nextInt(content.length);
        byte kept = content[at];
        content[at] = content[other];
        content[other] = kept;
    }

    private static byte[] splice(byte[] content, int from, int to, int kept) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        output.write(content, 0, from == 0 ? 0 : kept);
        output.write(content, from, to - from);
        return output.toByteArray();
    }
}
