package org.lamp4j.examples.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.examples.bench.ProfileBenchmark.Network;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;
import org.lamp4j.media.FrameSize;

/**
 * What another process is to profile, as a file tells it.
 *
 * @param model folder of the model
 * @param network which of its networks
 * @param clip frames, their size, and how to train
 * @param device where
 */
record ProfileRequest(String model, Network network, Clip clip, Place device) {

    /** A {@link Benchmark}. */
    record Clip(int frameCount, String frameSize, int rounds, GradientCheckpointing checkpointing) {}

    /** A {@link Device} and its settings; {@code device} and {@code budget} are labels. */
    record Place(
            String device,
            Precision precision,
            ConvolutionSearch search,
            ArenaGrowth growth,
            @Nullable Long poolBytes,
            boolean reproducible,
            String budget,
            @Nullable Integer threads) {

        static Place of(Device device) {
            CudaOptions options = device.cudaOptions();
            OptionalLong limit = options.memoryLimit();
            OptionalInt threads = device.threads();
            return new Place(
                    device.label(),
                    device.precision(),
                    options.convolutionSearch(),
                    options.arenaGrowth(),
                    limit.isPresent() ? limit.getAsLong() : null,
                    options.isReproducible(),
                    device.memoryBudget().label(),
                    threads.isPresent() ? threads.getAsInt() : null);
        }

        Device toDevice() {
            CudaOptions.Builder options = CudaOptions.newBuilder()
                    .convolutionSearch(search)
                    .arenaGrowth(growth)
                    .reproducible(reproducible);
            Long limit = poolBytes;
            if (limit != null) {
                options.memoryLimit(limit);
            }
            Device set = Device.parse(device)
                    .withPrecision(precision)
                    .withCudaOptions(options.build())
                    .withMemoryBudget(MemoryBudget.parse(budget));
            Integer count = threads;
            return count == null ? set : set.withThreads(count);
        }
    }

    static ProfileRequest of(Path model, Network network, Benchmark clip, Device device) {
        return new ProfileRequest(
                model.toAbsolutePath().toString(),
                network,
                new Clip(clip.frameCount(), clip.frameSize().toString(), clip.rounds(), clip.checkpointing()),
                Place.of(device));
    }

    static ProfileRequest read(Path file) throws IOException {
        return StrictJson.mapper().readValue(file.toFile(), ProfileRequest.class);
    }

    void write(Path file) throws IOException {
        AtomicFile.write(file, StrictJson.indented(this));
    }

    ProfileBenchmark benchmark() {
        return new ProfileBenchmark(
                where -> Backbone.load(Path.of(model), where),
                device.toDevice(),
                new Benchmark(
                        clip.frameCount(), FrameSize.parse(clip.frameSize()), clip.rounds(), clip.checkpointing()));
    }
}
