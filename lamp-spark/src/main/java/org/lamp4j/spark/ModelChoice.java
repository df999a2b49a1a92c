package org.lamp4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LoraFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which base model a job uses. */
final class ModelChoice {

    @ArgGroup(multiplicity = "1")
    private Place place;

    @Option(
            names = "--fingerprint",
            paramLabel = "HASH",
            description = "What the model's fingerprint must be, as lamp inspect prints it, without LoRAs.")
    private @Nullable String fingerprint;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            converter = Budget.class,
            description = "What a network of one task may take of host memory, such as 12G. Default: tasks that run at "
                    + "once in an executor share two thirds of the machine's.")
    private @Nullable MemoryBudget memoryBudget;

    @Option(
            names = "--lora",
            paramLabel = "FILE[=W]",
            converter = Lora.class,
            description =
                    "A LoRA file on every host that is added to the model's weights, and how much of it, 1 if W is "
                            + "not given; give one --lora for each.")
    private List<LoraFile> loras = List.of();

    @Option(
            names = "--sent-lora",
            paramLabel = "NAME[=W]",
            converter = Lora.class,
            description =
                    "The same, of a file that spark-submit --files sends, by its name alone. They are added after "
                            + "those of --lora.")
    private List<LoraFile> sentLoras = List.of();

    /** One of two ways to say where it lies. */
    static final class Place {
        @Option(names = "--model", paramLabel = "PATH", description = "The model's folder or file on every host.")
        private @Nullable Path path;

        @Option(
                names = "--sent-model",
                paramLabel = "NAME",
                description = "The model's file as spark-submit --files sends it, by its name alone.")
        private @Nullable String sent;
    }

    /** Reads a value; what it refuses is bad usage. */
    private static class Parsed<T> implements ITypeConverter<T> {

        private final Function<String, T> parser;

        Parsed(Function<String, T> parser) {
            this.parser = parser;
        }

        @Override
        public T convert(String text) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads a budget. */
    static final class Budget extends Parsed<MemoryBudget> {
        Budget() {
            super(MemoryBudget::parse);
        }
    }

    /** Reads a LoRA. */
    static final class Lora extends Parsed<LoraFile> {
        Lora() {
            super(LoraFile::parse);
        }
    }

    ClusterModel get() {
        Path path = place.path;
        String sent = place.sent;
        ClusterModel model =
                path != null ? ClusterModel.onEveryHost(path) : ClusterModel.sentBySpark(sent == null ? "" : sent);
        for (LoraFile lora : loras) {
            model = model.withLora(lora);
        }
        for (LoraFile lora : sentLoras) {
            model = model.withLoraSentBySpark(lora);
        }
        if (fingerprint != null) {
            model = model.withFingerprint(fingerprint);
        }
        return memoryBudget == null ? model : model.withMemoryBudget(memoryBudget);
    }
}
