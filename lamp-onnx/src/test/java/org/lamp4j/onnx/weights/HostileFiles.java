package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.razorvine.pickle.Opcodes;
import org.lamp4j.onnx.weights.PickleAssembler.Layout;

/** Writes files of weights whose form is right and whose numbers, names and structure are not. */
final class HostileFiles {

    /** What kind of file is written. */
    enum Kind {
        HEADER,
        PICKLE,
        ARCHIVE
    }

    private static final List<StoredType> TYPES = List.of(StoredType.values());

    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        12,
        48,
        1 << 16,
        1 << 24,
        1 << 30,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        -1,
        Long.MIN_VALUE
    };

    /** Bytes of each storage. */
    private static final int DATA_BYTES = 48;

    private final List<byte[]> archives;
    private Random random;
    private int dataBytes;

    /** Writes the honest archives once, since that waits for the disk. */
    HostileFiles(Path folder) throws IOException {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("w")
                .tensor("FloatStorage", "0", DATA_BYTES / Float.BYTES, Layout.vector(3))
                .op(Opcodes.SETITEM)
                .stop();
        Path plain = TestFiles.zip(folder.resolve("plain"), archive(pickle));
        Path wide = TestFiles.zip(folder.resolve("wide"), archive(pickle), 0);
        archives = List.of(Files.readAllBytes(plain), Files.readAllBytes(wide));
    }

    /** Writes file number {@code seed}, the same at each call. */
    void write(long seed, Kind kind, Path file) throws IOException {
        random = new Random(seed);
        Files.deleteIfExists(file); // a new file each time: the pages of the old one may still be mapped
        switch (kind) {
            case HEADER -> {
                dataBytes = 0;
                String header = header();
                TestFiles.safetensors(file, header, chance(6) ? random.nextInt(100) : dataBytes);
            }
            case PICKLE -> store(file, archive(pickle()));
            case ARCHIVE -> writeArchive(file);
        }
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private long number() {
        return chance(2) ? random.nextInt(16) : NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
    }

    private String name() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "__metadata__";
            case 2 -> "w".repeat(random.nextInt(1500));
            case 3 -> "\u001b[2J../\u202e";
            default -> "w" + random.nextInt(99);
        };
    }

    private String header() {
        StringBuilder header = new StringBuilder("{");
        int count = chance(20) ? random.nextInt(3000) : random.nextInt(6);
        for (int index = 0; index < count; index++) {
            header.append(index == 0 ? "" : ",")
                    .append(quoted(name()))
                    .append(":")
                    .append(value());
        }
        return header.append(chance(30) ? "" : "}")
                .append(" ".repeat(random.nextInt(9)))
                .toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\u001b", "\\u001b") + '"';
    }

    private String value() {
        return switch (random.nextInt(10)) {
            case 0 -> "{\"k\":" + quoted(name()) + "}";
            case 1 -> chance(2) ? tensor() : "[".repeat(random.nextInt(40));
            case 2 -> chance(2) ? tensor() : Long.toString(number());
            case 3 -> chance(2) ? tensor() : "9".repeat(random.nextInt(2000));
            default -> tensor();
        };
    }

    /** Mostly a tensor that follows the one before. */
    private String tensor() {
        boolean honest = !chance(5);
        StoredType type = TYPES.get(random.nextInt(TYPES.size()));
        int size = random.nextInt(8);
        int begin = dataBytes;
        dataBytes += size * type.byteWidth();
        String shape = honest ? Integer.toString(size) : numbers(random.nextInt(chance(9) ? 80 : 5));
        String offsets = honest || chance(2) ? begin + "," + dataBytes : numbers(chance(9) ? 3 : 2);
        return "{\"dtype\":\"" + (chance(30) ? "F8" : type) + "\",\"shape\":[" + shape + "],\"data_offsets\":["
                + offsets + "]" + (chance(30) ? ",\"dtype\":\"U8\"" : "") + "}";
    }

    private String numbers(int count) {
        StringBuilder numbers = new StringBuilder();
        for (int index = 0; index < count; index++) {
            numbers.append(index == 0 ? "" : ",").append(chance(25) ? "1e" + number() : number());
        }
        return numbers.toString();
    }

    private byte[] pickle() {
        PickleAssembler pickle = new PickleAssembler().op(Opcodes.EMPTY_DICT);
        int count = chance(20) ? random.nextInt(500) : random.nextInt(5);
        for (int index = 0; index < count; index++) {
            pickle.text(name());
            switch (random.nextInt(8)) {
                case 0 -> pickle.integer((int) number());
                case 1 -> pickle.op((short) random.nextInt(256)).raw(random.nextInt(256), random.nextInt(256));
                case 2 -> pickle.op(Opcodes.EMPTY_DICT);
                default -> pickle.tensor(storage(), Integer.toString(random.nextInt(2)), elements(), layout());
            }
            pickle.op(Opcodes.SETITEM);
        }
        return pickle.stop();
    }

    private String storage() {
        return chance(20) ? "Storage" : chance(4) ? "ByteStorage" : "FloatStorage";
    }

    private int elements() {
        return chance(6) ? (int) number() : DATA_BYTES / Float.BYTES;
    }

    private Layout layout() {
        int axes = chance(9) ? random.nextInt(70) : random.nextInt(4);
        int[] sizes = random.ints(axes, 0, 4).toArray();
        int[] strides = random.ints(axes, 0, 4).toArray();
        for (int axis = 0; axis < axes && chance(2); axis++) {
            sizes[axis] = (int) number();
            strides[axis] = chance(2) ? 0 : (int) number();
        }
        return new Layout(chance(4) ? (int) number() : 0, sizes, chance(30) ? new int[0] : strides);
    }

    private static Map<String, byte[]> archive(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        entries.put("a/data/0", new byte[DATA_BYTES]);
        entries.put("a/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        return entries;
    }

    private static void store(Path file, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(file))) {
            archive.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                CRC32 checksum = new CRC32();
                checksum.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setSize(content.getValue().length);
                entry.setCrc(checksum.getValue());
                archive.putNextEntry(entry);
                archive.write(content.getValue());
            }
        }
    }

    /** An honest archive with hostile numbers in the records at its end. */
    private void writeArchive(Path file) throws IOException {
        ByteBuffer content =
                ByteBuffer.wrap(archives.get(random.nextInt(2)).clone()).order(ByteOrder.LITTLE_ENDIAN);
        int folder = content.limit() - random.nextInt(Math.min(500, content.limit()));
        for (int at = folder; at + Long.BYTES < content.limit() && !chance(12); at++) {
            if (chance(10)) {
                content.putLong(at, number());
            } else if (chance(10)) {
                content.putInt(at, (int) number());
            } else if (chance(10)) {
                content.putShort(at, (short) number());
            }
        }
        Files.write(file, content.array());
    }
}
