package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.TorchUnpickler.ParameterDict;
import org.lamp4j.onnx.weights.TorchUnpickler.Storage;
import org.lamp4j.onnx.weights.TorchUnpickler.View;

/**
 * What {@code torch.save} saved, as tensors: a state dict, or one beside other things.
 *
 * @param file the file
 * @param saved the dictionary that was saved
 */
record TorchState(MappedFile file, Map<?, ?> saved) {

    /** Where programs put tensors that save other things beside: training programs, and those that teach words. */
    private static final List<String> NESTED = List.of("state_dict", "string_to_param");

    /** What a text beside the tensors says: the word that they stand for. */
    private static final String NAME = "name";

    /**
     * Where the elements of a storage lie.
     *
     * @param offset where they begin in the file
     * @param size their length in bytes
     */
    record Place(long offset, long size) {}

    /** Finds storages. */
    @FunctionalInterface
    interface Places {
        /**
         * Finds the storage of a tensor.
         *
         * @throws ModelFormatException if there is none, or of another size
         */
        Place of(String tensor, Storage storage) throws IOException;
    }

    /** Takes what a pickle held. */
    static TorchState of(MappedFile file, Object saved) throws ModelFormatException {
        if (saved instanceof Map<?, ?> dictionary) {
            return new TorchState(file, dictionary);
        }
        throw malformed(file, "a state dict", "another object");
    }

    private Map<?, ?> state() {
        for (String key : NESTED) {
            Optional<Map<?, ?>> nested = dictionary(saved.get(key));
            if (nested.isPresent()) {
                return nested.get();
            }
        }
        return saved;
    }

    private static Optional<Map<?, ?>> dictionary(@Nullable Object value) {
        if (value instanceof ParameterDict module) {
            return Optional.of(module.parameters());
        }
        return value instanceof Map<?, ?> dictionary ? Optional.of(dictionary) : Optional.empty();
    }

    Contents contents(Places places) throws IOException {
        TensorBudget budget = new TensorBudget(file);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<?, ?> state = state();
        for (Map.Entry<?, ?> item : state.entrySet()) {
            String name = (String) item.getKey();
            if (tensors.size() == TensorSizes.MAX_TENSORS) {
                throw malformed(file, "at most " + TensorSizes.MAX_TENSORS + " tensors", "more");
            }
            if (name.length() > TensorSizes.MAX_NAME_LENGTH) {
                throw malformed(
                        file,
                        "names of at most " + TensorSizes.MAX_NAME_LENGTH + " characters",
                        name.length() + " characters");
            }
            if (!(item.getValue() instanceof View view)) {
                throw malformed(file, "a state dict of tensors", "no tensor at " + name);
            }
            Place place = places.of(name, view.storage());
            StridedLayout layout = StridedLayout.of(name, view, file.path());
            budget.take(name, layout.shape(), view.storage().type());
            tensors.put(name, tensor(name, view.storage().type(), place, layout));
        }
        return new Contents(tensors, state == saved ? Map.of() : notes());
    }

    private StoredTensor tensor(String name, StoredType type, Place place, StridedLayout layout) throws IOException {
        ByteBuffer part =
                file.slice(place.offset + layout.first() * type.byteWidth(), layout.extent() * type.byteWidth());
        return StoredTensor.in(
                file.path(),
                name,
                layout.shape(),
                type,
                layout.isContiguous() ? () -> part : () -> layout.inOrder(part));
    }

    /** What a training program counts beside the weights, such as {@code global_step}, and a name. */
    private Map<String, String> notes() {
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

    /** Returns the first tensor that a storage is of; the storage's own key if it is of none. */
    String tensorOf(String storageKey) {
        for (Map.Entry<?, ?> item : state().entrySet()) {
            if (item.getValue() instanceof View view && view.storage().key().equals(storageKey)) {
                return (String) item.getKey();
            }
        }
        return "storage " + storageKey;
    }

    /** Says that the file ends before a storage does. */
    ModelFormatException cutOff(Storage storage, long present) {
        long needed = storage.byteCount();
        return malformed(
                file,
                needed + " bytes of " + tensorOf(storage.key()),
                present + ", " + (needed - present) + " bytes short");
    }

    static ModelFormatException malformed(MappedFile file, String expected, String actual) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file.path() + ")", file.path());
    }
}
