package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder {@code shared} beside the checkout, where there is one. */
final class SharedFixtures {

    private SharedFixtures() {}

    /** Returns all files of weights below it; skips the test, visibly, when the folder is absent. */
    static List<Path> weightFiles() throws IOException {
        Optional<Path> shared = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared"))
                .filter(path -> Files.isDirectory(path.resolve("fixtures")))
                .findFirst();
        assumeThat(shared).as("the folder shared beside the checkout").isPresent();
        try (Stream<Path> files = Files.walk(shared.get())) {
            return files.filter(file -> file.toString().matches(".*\\.(bin|safetensors)"))
                    .sorted()
                    .toList();
        }
    }
}
