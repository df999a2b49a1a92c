package org.lamp4j.examples.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.MemoryBudget;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a model runs. */
final class DeviceOption {

    private static final long MEBIBYTE = 1L << 20;

    @Mixin
    private DeviceNameOption name;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            defaultValue = "machine",
            description =
                    "What a network may take of host memory, on a GPU of its own, such as 12G; machine for two thirds of it, "
                            + "on a GPU for what is free, least for as little as can be. Default: ${DEFAULT-VALUE}.")
    private MemoryBudget memoryBudget;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "CPU threads of each network. A seed gives the same bytes only with the same number of them. "
                    + "Default: one for each processor.")
    private @Nullable Integer threads;

    @Option(
            names = "--cuda-search",
            paramLabel = "HOW",
            defaultValue = "heuristic",
            description = "How cuDNN chooses convolutions: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ConvolutionSearch cudaSearch;

    @Option(
            names = "--cuda-arena",
            paramLabel = "HOW",
            defaultValue = "as_requested",
            description = "How the GPU's memory pool grows: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ArenaGrowth cudaArena;

    @Option(
            names = "--cuda-memory",
            paramLabel = "MIB",
            description = "How large a session's pool on the GPU may grow. Default: as large as the GPU is.")
    private Optional<Long> cudaMemory = Optional.empty();

    @Option(
            names = "--cuda-reproducible",
            description =
                    "Compute clips in a fixed order on a GPU, so that a seed gives the same bytes each time; slower.")
    private boolean cudaReproducible;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    Device get() {
        Device chosen = name.get()
                .withMemoryBudget(memoryBudget)
                .withCudaOptions(OptionTypes.fromOptions(spec, this::cudaOptions));
        Integer count = threads;
        return count == null ? chosen : OptionTypes.fromOptions(spec, () -> chosen.withThreads(count));
    }

    private CudaOptions cudaOptions() {
        CudaOptions.Builder options = CudaOptions.newBuilder()
                .convolutionSearch(cudaSearch)
                .arenaGrowth(cudaArena)
                .reproducible(cudaReproducible);
        cudaMemory.ifPresent(mebibytes -> options.memoryLimit(mebibytes * MEBIBYTE));
        return options.build();
    }

    /** Returns the device in the precision that a configuration asks for; the CPU keeps its own. */
    Device get(Optional<Precision> configured) {
        Device chosen = get();
        return chosen.kind() == Device.Kind.CPU
                ? chosen
                : configured.map(chosen::withPrecision).orElse(chosen);
    }
}
