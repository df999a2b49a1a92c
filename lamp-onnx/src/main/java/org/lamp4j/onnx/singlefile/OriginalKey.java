package org.lamp4j.onnx.singlefile;

import java.util.Optional;

/**
 * Where the original layout keeps a parameter.
 *
 * @param name the tensor's name
 * @param third which third of the tensor's rows it is, 0 to 2; empty if it is all of it
 */
record OriginalKey(String name, Optional<Integer> third) {

    static OriginalKey whole(String name) {
        return new OriginalKey(name, Optional.empty());
    }

    OriginalKey under(String prefix) {
        return new OriginalKey(prefix + name, third);
    }

    /** Finds a parameter's place by its key in diffusers. */
    @FunctionalInterface
    interface Layout {
        OriginalKey of(String key);
    }
}
