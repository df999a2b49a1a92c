package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.razorvine.pickle.PickleException;
import org.lamp4j.errors.ModelFormatException;

/**
 * Reads the ZIP archive that {@code torch.save} writes for a state dict. Storages are mapped; tensors that share a
 * storage share its pages.
 */
final class TorchReader {

    private static final String PICKLE = "data.pkl";

    /** Where programs put tensors that save other things beside: training programs, and those that teach words. */
    private static final List<String> NESTED = List.of("state_dict", "string_to_param");

    /** What a text beside the tensors says: the word that they stand for. */
    private static final String NAME = "name";

    private static final int MAX_BYTE_ORDER_BYTES = 16;

    private final MappedFile file;
    private final Map<String, ZipDirectory.Entry> entries;
    private final TensorBudget budget;

    private TorchReader(MappedFile file, Map<String, ZipDirectory.Entry> entries) {
        this.file = file;
        this.entries = entries;
        this.budget = new TensorBudget(file);
    }

    static Contents read(MappedFile file) throws IOException {
        return new TorchReader(file, ZipDirectory.read(file)).read();
    }

    private Contents read() throws IOException {
        String folder = folder();
        checkByteOrder(folder);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<?, ?> saved = saved(Objects.requireNonNull(entries.get(folder + PICKLE)));
        Map<?, ?> state = saved;
        for (String key : NESTED) {
            state = state == saved && saved.get(key) instanceof Map<?, ?> nested ? nested : state;
        }
        Map<String, String> notes = state == saved ? Map.of() : notesOf(saved);
        for (Map.Entry<?, ?> item : state.entrySet()) {
            String name = (String) item.getKey();
            if (tensors.size() == TensorSizes.MAX_TENSORS) {
                throw malformed("at most " + TensorSizes.MAX_TENSORS + " tensors", "more");
            }
            if (name.length() > TensorSizes.MAX_NAME_LENGTH) {
                throw malformed(
                        "names of at most " + TensorSizes.MAX_NAME_LENGTH + " characters",
                        name.length() + " characters");
            }
            if (!(item.getValue() instanceof TorchUnpickler.View view)) {
                throw malformed("a state dict of tensors", "no tensor at " + name);
            }
            tensors.put(name, tensor(folder, name, view));
        }
        return new Contents(tensors, notes);
    }

    /** What a training program counts beside the weights, such as {@code global_step}, and a name. */
    private static Map<String, String> notesOf(Map<?, ?> saved) {
        Map<String, String> notes = new LinkedHashMap<>();
        saved.forEach((key, value) -> {
            boolean isShort = ((String) key).length() <= TensorSizes.MAX_NAME_LENGTH;
            boolean isName =
                    key.equals(NAME) && value instanceof String name && name.length() <= TensorSizes.MAX_NAME_LENGTH;
            if (isName || (isShort && (value instanceof Integer || value instanceof Long))) {
                notes.put((String) key, value.toString());
            }
        });
        return notes;
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

    private Map<?, ?> saved(ZipDirectory.Entry entry) throws IOException {
        Object value;
        try {
            value = TorchUnpickler.read(bytes(entry, TorchUnpickler.MAX_PICKLE_BYTES));
        } catch (PickleException e) {
            throw new ModelFormatException(
                    e.getMessage() + " (" + entry.name() + " in " + file.path() + ")", file.path(), e);
        }
        if (value instanceof Map<?, ?> dictionary) {
            return dictionary;
        }
        throw malformed("a state dict", "another object");
    }

    private byte[] bytes(ZipDirectory.Entry entry, int most) throws IOException {
        if (entry.size() > most) {
            throw malformed("at most " + most + " bytes of " + entry.name(), String.valueOf(entry.size()));
        }
        byte[] bytes = new byte[(int) entry.size()];
        file.slice(entry.offset(), entry.size()).get(bytes);
        return bytes;
    }

    private StoredTensor tensor(String folder, String name, TorchUnpickler.View view) throws IOException {
        StoredType type = view.storage().type();
        ZipDirectory.Entry entry = storage(folder, name, view.storage());
        StridedLayout layout = StridedLayout.of(name, view, file.path());
        budget.take(name, layout.shape(), type);
        ByteBuffer part =
                file.slice(entry.offset() + layout.first() * type.byteWidth(), layout.extent() * type.byteWidth());
        return StoredTensor.in(
                file.path(),
                name,
                layout.shape(),
                type,
                layout.isContiguous() ? () -> part : () -> layout.inOrder(part));
    }

    private ZipDirectory.Entry storage(String folder, String name, TorchUnpickler.Storage storage)
            throws ModelFormatException {
        ZipDirectory.Entry entry = entries.get(folder + "data/" + storage.key());
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
        return entry;
    }

    private ModelFormatException malformed(String expected, String actual) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file.path() + ")", file.path());
    }
}
