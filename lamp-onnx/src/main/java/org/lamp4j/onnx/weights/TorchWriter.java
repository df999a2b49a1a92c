package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.lamp4j.files.AtomicFile;

/**
 * Writes the ZIP archives that {@code torch.load} reads, {@code weights_only} included: a state dict of contiguous
 * tensors with a storage each, aligned to 64 bytes. A file appears whole or not at all: it is written beside its place,
 * forced to disk and then renamed, and on failure nothing remains. Tensors are streamed from where they lie. An
 * interrupt of the thread does not disturb writing.
 */
public final class TorchWriter {

    private static final String SUFFIX = ".bin";

    private TorchWriter() {}

    /**
     * Writes tensors in the types they have.
     *
     * @param file the file; replaced if it exists
     * @param tensors the tensors, in the order of the state dict
     * @throws IllegalArgumentException if two tensors have one name
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Collection<StoredTensor> tensors) throws IOException {
        Set<String> names = new HashSet<>();
        for (StoredTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException(
                        "expected each tensor once, but was another " + tensor.name() + " (TorchWriter.write)");
            }
        }
        List<StoredTensor> ordered = new ArrayList<>(tensors);
        AtomicFile.write(file, output -> write(new ZipWriter(output), folder(file), ordered));
    }

    /** PyTorch names the archive's folder after the file. */
    private static String folder(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name) + "/";
    }

    private static void write(ZipWriter zip, String folder, List<StoredTensor> tensors) throws IOException {
        writeSmall(zip, folder + "data.pkl", TorchPickler.pickle(tensors));
        writeSmall(zip, folder + "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        TensorEncoder encoder = new TensorEncoder();
        for (int key = 0; key < tensors.size(); key++) {
            StoredTensor tensor = tensors.get(key);
            // The checksum stands before the data, so the data is read twice, the second time from memory.
            CRC32 checksum = new CRC32();
            encoder.encode(tensor, tensor.type(), checksum::update);
            long size = tensor.shape().elementCount() * tensor.type().byteWidth();
            zip.startEntry(folder + "data/" + key, size, (int) checksum.getValue());
            encoder.encode(tensor, tensor.type(), zip::write);
        }
        writeSmall(zip, folder + "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        zip.finish();
    }

    private static void writeSmall(ZipWriter zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        zip.startEntry(name, content.length, (int) checksum.getValue());
        zip.write(ByteBuffer.wrap(content));
    }
}
