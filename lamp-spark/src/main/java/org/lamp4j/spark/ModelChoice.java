package org.lamp4j.spark;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lamp4j.device.MemoryBudget;
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
            description = "What the model's fingerprint must be, as lamp inspect prints it.")
    private @Nullable String fingerprint;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            converter = Budget.class,
            description = "What a network of one task may take of host memory, such as 12G. Default: tasks that run at "
                    + "once in an executor share two thirds of the machine's.")
    private @Nullable MemoryBudget memoryBudget;

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

    /** Reads a budget. */
    static final class Budget implements ITypeConverter<MemoryBudget> {
        @Override
        public MemoryBudget convert(String text) {
            try {
                return MemoryBudget.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    ClusterModel get() {
        Path path = place.path;
        String sent = place.sent;
        ClusterModel model =
                path != null ? ClusterModel.onEveryHost(path) : ClusterModel.sentBySpark(sent == null ? "" : sent);
        if (fingerprint != null) {
            model = model.withFingerprint(fingerprint);
        }
        return memoryBudget == null ? model : model.withMemoryBudget(memoryBudget);
    }
}
