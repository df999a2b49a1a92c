package org.lamp4j.onnx.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.StrictJson;
import org.lamp4j.tensor.Shape;

/**
 * Reads a safetensors file as strictly as the format's reference implementation does: the tensors fill the data
 * exactly, without gap or overlap.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class SafetensorsReader {

    /** The reference implementation's limit, against headers that are no headers. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    /** Notes of the header; those that training programs write are some dozens. */
    static final int MAX_NOTES = 1 << 16;

    /**
     * Characters of all names and notes, which go onto the heap. A whole model's names have 200 kB; tools for training
     * note how often each word was in the captions, which may be some MB.
     */
    static final int MAX_TEXT = 1 << 23;

    private static final int MAX_QUOTED = 64;
    static final String METADATA = "__metadata__";

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNameLength(TensorSizes.MAX_NAME_LENGTH)
            .maxStringLength(MAX_TEXT)
            .maxNestingDepth(8)
            .build();

    /** One entry of the header; offsets count from the end of the header. */
    private record Entry(String name, StoredType type, Shape shape, long begin, long end) {}

    private final MappedFile file;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private int textLength;

    private SafetensorsReader(MappedFile file) {
        this.file = file;
    }

    /** Reads the header; the tensors' data is mapped, not read. */
    static Contents read(MappedFile file) throws IOException {
        return new SafetensorsReader(file).read();
    }

    private Contents read() throws IOException {
        long headerBytes = headerBytes();
        ByteBuffer header = file.slice(LENGTH_BYTES, headerBytes);
        if (header.get(0) != '{') {
            throw malformed(
                    "a safetensors header that begins with {", "byte 0x" + Integer.toHexString(header.get(0) & 0xff));
        }
        Reader text = new InputStreamReader(
                new ByteBufferBackedInputStream(header),
                StandardCharsets.UTF_8.newDecoder()); // refuses what is not UTF-8
        try (JsonParser parser = StrictJson.factory(LIMITS).createParser(text)) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            readHeader(parser);
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(
                    "expected a header in UTF-8, but was something else (" + file.path() + ")", file.path(), e);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(
                    "expected a well-formed JSON header, but was: " + e.getOriginalMessage() + " (" + file.path() + ")",
                    file.path(),
                    e);
        }
        long dataStart = LENGTH_BYTES + headerBytes;
        checkCoverage(file.size() - dataStart);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Entry entry : entries) {
            ByteBuffer data = file.slice(dataStart + entry.begin, entry.end - entry.begin);
            tensors.put(entry.name, StoredTensor.in(file.path(), entry.name, entry.shape, entry.type, () -> data));
        }
        return new Contents(tensors, metadata);
    }

    private long headerBytes() throws IOException {
        if (file.size() < LENGTH_BYTES) {
            throw malformed("a safetensors or PyTorch file of at least 8 bytes", file.size() + " bytes");
        }
        long headerBytes = file.slice(0, LENGTH_BYTES).getLong();
        long room = Math.min(MAX_HEADER_BYTES, file.size() - LENGTH_BYTES);
        if (headerBytes < 2 || headerBytes > room) {
            if (room == 0 || file.slice(LENGTH_BYTES, 1).get(0) != '{') {
                throw malformed("a safetensors or PyTorch file", "one that begins as neither does");
            }
            throw malformed(
                    "a safetensors header within the file and within " + MAX_HEADER_BYTES + " bytes",
                    Long.toUnsignedString(headerBytes) + " bytes");
        }
        return headerBytes;
    }

    private void readHeader(JsonParser parser) throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            take(name);
            if (name.equals(METADATA)) {
                readMetadata(parser);
            } else if (entries.size() == TensorSizes.MAX_TENSORS) {
                throw malformed("at most " + TensorSizes.MAX_TENSORS + " tensors", "more");
            } else {
                entries.add(readEntry(parser, name));
            }
        }
        if (parser.nextToken() != null) {
            throw malformed("nothing after the header's object", String.valueOf(parser.currentToken()));
        }
    }

    private void readMetadata(JsonParser parser) throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " " + key);
            if (metadata.size() == MAX_NOTES) {
                throw malformed("at most " + MAX_NOTES + " notes in " + METADATA, "more");
            }
            String note = parser.getText();
            take(key);
            take(note);
            metadata.put(key, note);
        }
    }

    private void take(String text) throws IOException {
        if (text.length() > MAX_TEXT - textLength) {
            throw malformed("at most " + MAX_TEXT + " characters of names and notes", "more");
        }
        textLength += text.length();
    }

    private Entry readEntry(JsonParser parser, String name) throws IOException {
        StoredType type = null;
        long[] sizes = null;
        long[] offsets = null;
        expect(parser.nextToken(), JsonToken.START_OBJECT, "tensor " + name);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            switch (field) {
                case "dtype" -> type = readType(parser, name);
                case "shape" -> sizes = readNumbers(parser, "shape of " + name);
                case "data_offsets" -> offsets = readNumbers(parser, "data_offsets of " + name);
                default -> throw malformed("dtype, shape and data_offsets of " + name, "a field " + field);
            }
        }
        if (type == null || sizes == null || offsets == null) {
            String missing = type == null ? "dtype" : sizes == null ? "shape" : "data_offsets";
            throw malformed("dtype, shape and data_offsets of " + name, "no " + missing);
        }
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw malformed("data_offsets [begin, end] of " + name, Arrays.toString(offsets));
        }
        Shape shape = TensorSizes.shape(sizes, name, file.path());
        long bytes = TensorSizes.bytes(shape, type, name, file.path());
        if (offsets[1] - offsets[0] != bytes) {
            throw malformed(
                    bytes + " bytes for " + name + " " + type + " " + shape, (offsets[1] - offsets[0]) + " bytes");
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private StoredType readType(JsonParser parser, String name) throws IOException {
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "dtype of " + name);
        String dtype = parser.getText();
        for (StoredType type : StoredType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw malformed(
                "dtype of " + name + " to be one of " + List.of(StoredType.values()),
                dtype.substring(0, Math.min(dtype.length(), MAX_QUOTED)));
    }

    private long[] readNumbers(JsonParser parser, String what) throws IOException {
        expect(parser.nextToken(), JsonToken.START_ARRAY, what);
        long[] numbers = new long[TensorSizes.MAX_RANK];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
            boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!fits || parser.getLongValue() < 0) {
                throw malformed("whole numbers of 0 to " + Long.MAX_VALUE + " as " + what, parser.getText());
            }
            if (count == TensorSizes.MAX_RANK) {
                throw malformed("at most " + TensorSizes.MAX_RANK + " numbers as " + what, "more");
            }
            numbers[count++] = parser.getLongValue();
        }
        return Arrays.copyOf(numbers, count);
    }

    private void checkCoverage(long dataBytes) throws IOException {
        List<Entry> ordered = new ArrayList<>(entries);
        ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : ordered) {
            if (entry.begin != end) {
                throw malformed(
                        "tensors that follow each other without gap or overlap, " + entry.name + " at " + end,
                        String.valueOf(entry.begin));
            }
            if (entry.end > dataBytes) {
                long present = Math.max(0, dataBytes - entry.begin);
                long needed = entry.end - entry.begin;
                throw malformed(
                        needed + " bytes of " + entry.name, present + ", " + (needed - present) + " bytes short");
            }
            end = entry.end;
        }
        if (end != dataBytes) {
            throw malformed("the data to end with the last tensor", (dataBytes - end) + " bytes more");
        }
    }

    private void expect(JsonToken actual, JsonToken expected, String what) throws IOException {
        if (actual != expected) {
            throw malformed(what + " to be " + described(expected), described(actual));
        }
    }

    private static String described(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }

    private ModelFormatException malformed(String expected, String actual) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file.path() + ")", file.path());
    }
}
