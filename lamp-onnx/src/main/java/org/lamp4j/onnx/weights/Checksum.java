package org.lamp4j.onnx.weights;

import java.util.Map;
import java.util.TreeMap;
import org.lamp4j.files.ContentHash;
import org.lamp4j.tensor.Shape;

/**
 * The hash of all that a file of tensors says: each tensor's name, type, shape and stored bytes, and all notes. It does
 * not depend on the order in which they lie in the file.
 */
final class Checksum {

    /** The note that holds it, itself not part of it. */
    static final String KEY = "checksum";

    private final Map<String, String> tensors = new TreeMap<>();

    /**
     * Adds a tensor.
     *
     * @param name its name
     * @param type the type that it is stored in
     * @param shape its shape
     * @param bytes the hash of its bytes as they are stored
     */
    void add(String name, StoredType type, Shape shape, ContentHash bytes) {
        tensors.put(name, type + " " + shape + " " + bytes.finish());
    }

    /** Returns the checksum of the tensors that were added, and of a file's notes. */
    String with(Map<String, String> metadata) {
        ContentHash hash = new ContentHash();
        tensors.forEach((name, content) -> hash.add("tensor").add(name).add(content));
        new TreeMap<>(metadata).forEach((key, note) -> {
            if (!key.equals(KEY)) {
                hash.add("note").add(key).add(note);
            }
        });
        return hash.finish();
    }
}
