package org.lamp4j.onnx.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that the weights of a model's component may lie in.
 *
 * @param names their names, the ones that are preferred first
 */
record ComponentFiles(List<String> names) {

    private static final List<String> SUFFIXES = List.of(".safetensors", ".fp16.safetensors", ".bin", ".fp16.bin");

    /** Returns the files of some names without suffix; each suffix for all names before the next. */
    static ComponentFiles named(String... baseNames) {
        List<String> names = new ArrayList<>();
        for (String suffix : SUFFIXES) {
            for (String baseName : baseNames) {
                names.add(baseName + suffix);
            }
        }
        return new ComponentFiles(names);
    }

    /** Returns the first that is there, or the index of its parts. */
    Optional<Path> find(Path folder) {
        return names.stream()
                .flatMap(name -> Stream.concat(Stream.of(name), ShardIndex.namesFor(name).stream()))
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst();
    }

    /**
     * Opens the first that is there.
     *
     * @throws FileNotFoundException if none is there; the message lists what was looked for
     * @throws IOException if it cannot be read or is damaged
     */
    Checkpoint open(Path folder) throws IOException {
        Path file = find(folder)
                .orElseThrow(() -> new FileNotFoundException("expected one of " + String.join(", ", names)
                        + ", but was " + (Files.isDirectory(folder) ? "none of them" : "no such folder") + " (" + folder
                        + ")"));
        return names.contains(file.getFileName().toString()) ? Checkpoint.open(file) : ShardIndex.open(file);
    }
}
