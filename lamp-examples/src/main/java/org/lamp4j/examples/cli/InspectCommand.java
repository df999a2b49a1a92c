package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lamp4j.Backbone;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a file of weights or a folder of them holds, without reading the weights. */
@Command(name = "inspect", description = "Shows what a pattern, a checkpoint or a model folder holds.")
final class InspectCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "PATH",
            description = "A .safetensors or .bin file, or a folder of them: a model, or a whole LAMP checkpoint.")
    private Path path;

    @Option(names = "--summary", description = "Leave out the list of tensors.")
    private boolean summary;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Path> files = weightFiles();
        if (files.isEmpty()) {
            throw new IOException("expected .safetensors or .bin files, but found none (" + path + ")");
        }
        for (Path file : files) {
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
                print(checkpoint, out);
            }
        }
        if (Files.exists(path.resolve("model_index.json"))) {
            try (Backbone backbone = Backbone.load(path)) {
                out.println("base fingerprint  " + backbone.fingerprint());
            }
        }
        return Lamp.OK;
    }

    private List<Path> weightFiles() throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> inside = Files.walk(path, 2, FileVisitOption.FOLLOW_LINKS)) {
            return inside.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(safetensors|bin)"))
                    .sorted()
                    .toList();
        }
    }

    private void print(Checkpoint checkpoint, PrintWriter out) {
        long values = 0;
        long bytes = 0;
        Map<String, Integer> types = new TreeMap<>();
        for (String name : checkpoint.names()) {
            StoredTensor tensor = checkpoint.tensor(name);
            values += tensor.shape().elementCount();
            bytes += tensor.shape().elementCount() * tensor.type().byteWidth();
            types.merge(tensor.type().name(), 1, Integer::sum);
        }
        out.println(checkpoint.file());
        out.printf(
                Locale.ROOT,
                "  %d tensors %s, %,d values, %.1f MiB%n",
                checkpoint.names().size(),
                types,
                values,
                bytes / (1024.0 * 1024));
        checkpoint.metadata().forEach((key, value) -> out.println("  " + key + " = " + value));
        if (!summary) {
            for (String name : checkpoint.names()) {
                StoredTensor tensor = checkpoint.tensor(name);
                out.println("    " + name + "  " + tensor.type() + "  " + tensor.shape());
            }
        }
        out.println();
    }
}
