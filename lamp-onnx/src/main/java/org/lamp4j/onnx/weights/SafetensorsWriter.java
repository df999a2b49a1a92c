package org.lamp4j.onnx.weights;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.StrictJson;

/**
 * Writes safetensors files. A file appears whole or not at all: it is written beside its place, forced to disk and then
 * renamed, and on failure nothing remains. Tensors are streamed from where they lie. An interrupt of the thread does
 * not disturb writing.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * Writes tensors in the types they have.
     *
     * @param file the file; replaced if it exists
     * @param tensors the tensors; wider types come first in the file, so that each is aligned, else in this order
     * @param metadata notes for the file's {@code __metadata__}
     * @throws IllegalArgumentException if two tensors have one name, or one has a name the format reserves
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Collection<StoredTensor> tensors, Map<String, String> metadata)
            throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            entries.add(new Entry(tensor, tensor.type()));
        }
        write(file, entries, metadata);
    }

    /**
     * Writes tensors with all floating-point ones in one type; integers and booleans keep theirs.
     *
     * @param file the file; replaced if it exists
     * @param tensors the tensors; wider types come first in the file, so that each is aligned, else in this order
     * @param metadata notes for the file's {@code __metadata__}
     * @param floatType the floating-point type to write: {@link StoredType#F32}, or {@link StoredType#F16} for half the
     *     size at 11 bits of precision and magnitudes up to 65504; values are rounded to the nearest, ties to even
     * @throws IllegalArgumentException if {@code floatType} is no floating-point type, two tensors have one name, or
     *     one has a name the format reserves
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path file, Collection<StoredTensor> tensors, Map<String, String> metadata, StoredType floatType)
            throws IOException {
        write(file, entries(tensors, floatType), metadata);
    }

    private static List<Entry> entries(Collection<StoredTensor> tensors, StoredType floatType) {
        if (!floatType.isFloatingPoint()) {
            throw new IllegalArgumentException(
                    "expected a floating-point type, but was " + floatType + " (SafetensorsWriter.write)");
        }
        List<Entry> entries = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            entries.add(new Entry(tensor, tensor.type().isFloatingPoint() ? floatType : tensor.type()));
        }
        return entries;
    }

    /**
     * Writes tensors as {@link #write(Path, Collection, Map, StoredType)} does, and notes a checksum of all of them and
     * of the metadata, which {@link Checkpoint#verifyChecksum} compares with what is read. Elements are read twice.
     *
     * @param file the file; replaced if it exists
     * @param tensors the tensors
     * @param metadata notes for the file's {@code __metadata__}; a checksum among them is replaced
     * @param floatType the floating-point type to write
     * @throws IllegalArgumentException if {@code floatType} is no floating-point type, two tensors have one name, or
     *     one has a name the format reserves
     * @throws IOException if the file cannot be written
     */
    public static void writeWithChecksum(
            Path file, Collection<StoredTensor> tensors, Map<String, String> metadata, StoredType floatType)
            throws IOException {
        List<Entry> entries = entries(tensors, floatType);
        Checksum checksum = new Checksum();
        TensorEncoder encoder = new TensorEncoder();
        for (Entry entry : entries) {
            ContentHash hash = new ContentHash();
            encoder.encode(entry.tensor, entry.type, hash::add);
            checksum.add(entry.tensor.name(), entry.type, entry.tensor.shape(), hash);
        }
        Map<String, String> notes = new LinkedHashMap<>(metadata);
        notes.put(Checksum.KEY, checksum.with(metadata));
        write(file, entries, notes);
    }

    /** Writes tensors in the types they have to a file that its process alone reads, and that need not outlive it. */
    static void writeScratch(Path file, Collection<StoredTensor> tensors) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            entries.add(new Entry(tensor, tensor.type()));
        }
        AtomicFile.writeScratch(file, content(entries, Map.of()));
    }

    /** A tensor and the type to write it in. */
    private record Entry(StoredTensor tensor, StoredType type) {

        long bytes() {
            return tensor.shape().elementCount() * type.byteWidth();
        }
    }

    private static void write(Path file, List<Entry> entries, Map<String, String> metadata) throws IOException {
        AtomicFile.write(file, content(entries, metadata));
    }

    private static AtomicFile.Content content(List<Entry> entries, Map<String, String> metadata) throws IOException {
        entries.sort(
                Comparator.comparingInt((Entry entry) -> entry.type.byteWidth()).reversed());
        byte[] header = header(entries, metadata);
        return output -> {
            output.write(header);
            TensorEncoder encoder = new TensorEncoder();
            for (Entry entry : entries) {
                encoder.encode(entry.tensor, entry.type, output::write);
            }
        };
    }

    /** The length and the header, padded with spaces so that the data is aligned. */
    private static byte[] header(List<Entry> entries, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = StrictJson.mapper().createGenerator(json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                generator.writeObjectFieldStart(SafetensorsReader.METADATA);
                for (Map.Entry<String, String> note : metadata.entrySet()) {
                    generator.writeStringField(note.getKey(), note.getValue());
                }
                generator.writeEndObject();
            }
            writeEntries(generator, entries);
            generator.writeEndObject();
        }
        while (json.size() % ALIGNMENT != 0) {
            json.write(' ');
        }
        return ByteBuffer.allocate(Long.BYTES + json.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.size())
                .put(json.toByteArray())
                .array();
    }

    private static void writeEntries(JsonGenerator generator, List<Entry> entries) throws IOException {
        Set<String> names = new HashSet<>(Set.of(SafetensorsReader.METADATA));
        long offset = 0;
        for (Entry entry : entries) {
            if (!names.add(entry.tensor.name())) {
                throw new IllegalArgumentException("expected each tensor once and none named "
                        + SafetensorsReader.METADATA + ", but was another " + entry.tensor.name()
                        + " (SafetensorsWriter.write)");
            }
            generator.writeObjectFieldStart(entry.tensor.name());
            generator.writeStringField("dtype", entry.type.name());
            generator.writeFieldName("shape");
            int[] sizes = entry.tensor.shape().sizes();
            generator.writeArray(sizes, 0, sizes.length);
            generator.writeFieldName("data_offsets");
            generator.writeArray(new long[] {offset, offset + entry.bytes()}, 0, 2);
            generator.writeEndObject();
            offset += entry.bytes();
        }
    }
}
