package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adds up several patterns. */
@Command(
        name = "blend",
        description = "Combines motion patterns: adds what each has learned, times its weight, to an untrained one.")
final class BlendCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--motion",
            required = true,
            paramLabel = "FILE=WEIGHT",
            description = "A pattern and how much of it goes in; give one --motion for each.")
    private List<String> motions;

    @Mixin
    private AnyBaseOption anyBase;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The blend, a .safetensors file.")
    private Path output;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private PatternPrecision precision;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<WeightedFile> weighted = OptionTypes.fromOptions(
                spec, () -> motions.stream().map(WeightedFile::parse).toList());
        overwrite.file(output);
        try (Backbone backbone = model.open()) {
            List<MotionPattern.Share> shares = new ArrayList<>();
            for (WeightedFile motion : weighted) {
                MotionPattern pattern = MotionPattern.load(backbone, motion.file(), anyBase.match());
                shares.add(OptionTypes.fromOptions(spec, () -> new MotionPattern.Share(pattern, motion.weight())));
            }
            MotionPattern blend = MotionPattern.blend(shares);
            Files.createDirectories(output.toAbsolutePath().getParent());
            blend.save(output, precision.get());
        }
        spec.commandLine().getOut().println("wrote " + output);
        return Lamp.OK;
    }

    /** A pattern and how much of it goes in. */
    private record WeightedFile(Path file, float weight) {

        /** The last sign of equality parts them, so that a file's name may have others. */
        static WeightedFile parse(String text) {
            int sign = text.lastIndexOf('=');
            try {
                return new WeightedFile(Path.of(text.substring(0, sign)), Float.parseFloat(text.substring(sign + 1)));
            } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "expected a pattern and its weight, such as horse.safetensors=0.5, for --motion, but was "
                                + text,
                        e);
            }
        }
    }
}
