package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import net.razorvine.pickle.PickleException;
import org.lamp4j.errors.ModelFormatException;

/**
 * Reads the ZIP archive that {@code torch.save} writes for a state dict. Storages are mapped; tensors that share a
 * storage share its pages.
 */
final class TorchReader {

    static final String PICKLE = "data.pkl";

    static final String DATA = "data/";

    private static final int MAX_BYTE_ORDER_BYTES = 16;

    private final MappedFile file;
    private final Map<String, ZipDirectory.Entry> entries;

    private TorchReader(MappedFile file, Map<String, ZipDirectory.Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    static Contents read(MappedFile file) throws IOException {
        if (!ZipDirectory.isComplete(file)) {
            throw CutOffArchive.refused(file);
        }
        return new TorchReader(file, ZipDirectory.read(file)).read();
    }

    private Contents read() throws IOException {
        String folder = folder();
        checkByteOrder(folder);
        Object saved = saved(Objects.requireNonNull(entries.get(folder + PICKLE)));
        return TorchState.of(file, saved).contents((name, storage) -> place(folder, name, storage));
    }

    /** The archive's one folder, which is named after the file that was first written. */
    private String folder() throws ModelFormatException {
        String folder = null;
        for (String name : entries.keySet()) {
            if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
                if (folder != null) {
                    throw malformed("one " + PICKLE, "several");
                }
                folder = name.substring(0, name.length() - PICKLE.length());
            }
        }
        if (folder == null) {
            throw malformed("a PyTorch archive with " + PICKLE, "a ZIP archive without");
        }
        return folder;
    }

    private void checkByteOrder(String folder) throws IOException {
        ZipDirectory.Entry entry = entries.get(folder + "byteorder");
        if (entry != null) {
            String order = new String(bytes(entry, MAX_BYTE_ORDER_BYTES), StandardCharsets.US_ASCII).strip();
            if (!order.equals("little")) {
                throw malformed("byte order little", order);
            }
        }
    }

    private Object saved(ZipDirectory.Entry entry) throws IOException {
        try {
            return TorchUnpickler.read(bytes(entry, TorchUnpickler.MAX_PICKLE_BYTES));
        } catch (PickleException e) {
            throw new ModelFormatException(
                    e.getMessage() + " (" + entry.name() + " in " + file.path() + ")", file.path(), e);
        }
    }

    private byte[] bytes(ZipDirectory.Entry entry, int most) throws IOException {
        if (entry.size() > most) {
            throw malformed("at most " + most + " bytes of " + entry.name(), String.valueOf(entry.size()));
        }
        byte[] bytes = new byte[(int) entry.size()];
        file.slice(entry.offset(), entry.size()).get(bytes);
        return bytes;
    }

    private TorchState.Place place(String folder, String name, TorchUnpickler.Storage storage)
            throws ModelFormatException {
        ZipDirectory.Entry entry = entries.get(folder + DATA + storage.key());
        if (entry == null) {
            throw malformed("storage " + storage.key() + " of " + name, "none");
        }
        int width = storage.type().byteWidth();
        if (entry.size() / width != storage.elementCount() || entry.size() % width != 0) {
            throw malformed(
                    storage.elementCount() + " elements " + storage.type() + " in storage " + storage.key() + " of "
                            + name,
                    entry.size() + " bytes");
        }
        return new TorchState.Place(entry.offset(), entry.size());
    }

    private ModelFormatException malformed(String expected, String actual) {
        return TorchState.malformed(file, expected, actual);
    }
}
