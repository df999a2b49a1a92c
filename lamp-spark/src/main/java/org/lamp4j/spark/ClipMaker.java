package org.lamp4j.spark;

import com.google.common.collect.Iterators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Makes the clips of a partition, one after the other, each when it is asked for. */
final class ClipMaker implements MapPartitionsFunction<GenerationRequest, GeneratedClip> {

    private static final long serialVersionUID = 1;

    private final ClusterModel model;
    private final ClipOutput output;
    private final Broadcast<SerializableConfiguration> configuration;

    ClipMaker(ClusterModel model, ClipOutput output, Broadcast<SerializableConfiguration> configuration) {
        this.model = model;
        this.output = output;
        this.configuration = configuration;
    }

    /**
     * A request that has been understood.
     *
     * @param firstFrame empty if it is to be drawn
     * @param hash of all that decides the clip
     */
    private record Order(
            String prompt,
            Optional<RgbImage> firstFrame,
            MotionPattern pattern,
            GenerationOptions options,
            String hash) {

        VideoClip generate() {
            return firstFrame
                    .map(frame -> pattern.generate(prompt, frame, options))
                    .orElseGet(() -> pattern.generate(prompt, options));
        }
    }

    private record Result(long seed, Optional<byte[]> clip, Optional<String> uri, String sha256, boolean kept) {}

    @Override
    public Iterator<GeneratedClip> call(Iterator<GenerationRequest> requests) {
        TaskPlace place = TaskPlace.current();
        HadoopFiles files = new HadoopFiles(configuration.value().value());
        return Iterators.transform(requests, request -> make(request, place, files));
    }

    private GeneratedClip make(GenerationRequest request, TaskPlace place, HadoopFiles files) {
        long start = System.nanoTime();
        OpenModel open = Attempt.essential(() -> ExecutorModels.baseModel(model, place.device(model)));
        Attempt<Result> attempt = Attempt.of(() -> make(request.id(), order(request, open, place, files), files));
        Optional<Result> result = attempt.result();
        return new GeneratedClip(
                request.id(),
                request.prompt(),
                result.map(Result::seed).orElse(0L),
                result.flatMap(Result::clip),
                result.flatMap(Result::uri),
                result.map(Result::sha256),
                result.map(Result::kept).orElse(false),
                (System.nanoTime() - start) / 1e9,
                place.host(),
                attempt.error());
    }

    private static Order order(GenerationRequest request, OpenModel open, TaskPlace place, HadoopFiles files)
            throws IOException {
        RequestId.require(request.id());
        if (request.prompt().isBlank()) {
            throw new IllegalArgumentException("expected a prompt, but was none");
        }
        GenerationOptions options = options(request, place);
        Optional<byte[]> image = image(request, files);
        MotionPattern pattern = open.pattern(request.pattern(), files);
        ContentHash hash = new ContentHash()
                .add(request.id())
                .add(request.prompt())
                .add(image.map(content -> sha256(content)).orElse(""))
                .add(pattern.fingerprint())
                .add(open.backbone().fingerprint())
                .add(Double.toString(options.framesPerSecond()));
        options.toProvenance().forEach((name, value) -> hash.add(name).add(value));
        Optional<RgbImage> firstFrame = image.isPresent()
                ? Optional.of(RgbImage.read(new ByteArrayInputStream(image.get())))
                : Optional.empty();
        return new Order(request.prompt(), firstFrame, pattern, options, hash.finish());
    }

    private static GenerationOptions options(GenerationRequest request, TaskPlace place) {
        GenerationOptions defaults = GenerationOptions.newBuilder()
                .seed(GenerationRequest.seedOf(request.id()))
                .build();
        GenerationOptions options = JsonOptions.generation(request.options(), defaults)
                .listener(progress -> place.decision())
                .build();
        return request.seed().isPresent()
                ? options.toBuilder().seed(request.seed().getAsLong()).build()
                : options;
    }

    private static Optional<byte[]> image(GenerationRequest request, HadoopFiles files) throws IOException {
        if (request.firstFrame().isPresent() && request.firstFrameUri().isPresent()) {
            throw new IllegalArgumentException("expected either firstFrame or firstFrameUri, but was both");
        }
        return request.firstFrameUri().isPresent()
                ? Optional.of(files.read(request.firstFrameUri().get()))
                : request.firstFrame();
    }

    private Result make(String id, Order order, HadoopFiles files) throws IOException {
        long seed = order.options().seed();
        if (output.folder().isEmpty()) {
            byte[] clip = encode(order.generate());
            return new Result(seed, Optional.of(clip), Optional.empty(), sha256(clip), false);
        }
        String uri = output.folder().get() + "/" + RequestId.fileName(id, order.hash(), ".mp4");
        if (Attempt.essential(() -> files.exists(uri))) {
            String found = Attempt.essential(() -> sha256(files.read(uri)));
            return new Result(seed, Optional.empty(), Optional.of(uri), found, true);
        }
        byte[] clip = encode(order.generate());
        Attempt.essentialStep(() -> files.write(uri, file -> file.write(clip)));
        return new Result(seed, Optional.empty(), Optional.of(uri), sha256(clip), false);
    }

    /** FFmpeg writes to files only. */
    private static byte[] encode(VideoClip clip) {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path file = scratch.path().resolve("clip.mp4");
            clip.write(file);
            return Files.readAllBytes(file);
        } catch (IOException ofTheMachine) {
            throw new UncheckedIOException(ofTheMachine);
        }
    }

    private static String sha256(byte[] content) {
        return new ContentHash().add(ByteBuffer.wrap(content)).finish();
    }
}
