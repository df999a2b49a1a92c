package org.lamp4j.spark;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

/** Learns the motions of a partition, one after the other. */
final class PatternTrainer implements MapPartitionsFunction<TrainingRequest, TrainedPattern> {

    private static final long serialVersionUID = 1;

    private static final String CHECKPOINTS = "checkpoints";

    private final ClusterModel model;
    private final String folder;
    private final Broadcast<SerializableConfiguration> configuration;

    PatternTrainer(ClusterModel model, String folder, Broadcast<SerializableConfiguration> configuration) {
        this.model = model;
        this.folder = folder;
        this.configuration = configuration;
    }

    private record Result(String uri, String fingerprint, long resumedFrom, boolean kept) {}

    @Override
    public Iterator<TrainedPattern> call(Iterator<TrainingRequest> requests) {
        TaskPlace place = TaskPlace.current();
        HadoopFiles files = new HadoopFiles(configuration.value().value());
        return Iterators.transform(requests, request -> train(request, place, files));
    }

    private TrainedPattern train(TrainingRequest request, TaskPlace place, HadoopFiles files) {
        long start = System.nanoTime();
        OpenModel open = Attempt.essential(() -> ExecutorModels.baseModel(model, place.device(model)));
        Attempt<Result> attempt = Attempt.of(() -> train(request, open, place, files));
        Optional<Result> result = attempt.result();
        return new TrainedPattern(
                request.id(),
                result.map(Result::uri),
                result.map(Result::fingerprint),
                result.map(Result::resumedFrom).orElse(0L),
                result.map(Result::kept).orElse(false),
                (System.nanoTime() - start) / 1e9,
                place.host(),
                attempt.error());
    }

    private Result train(TrainingRequest request, OpenModel open, TaskPlace place, HadoopFiles files)
            throws IOException {
        RequestId.require(request.id());
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path local = scratch.path().resolve(CHECKPOINTS);
            TrainingOptions options =
                    JsonOptions.training(request.options()).checkpoint(local).build();
            Path input = Files.createDirectory(scratch.path().resolve("clips"));
            TrainingClips clips = TrainingClips.in(files.local(request.clips(), input));
            String name = RequestId.fileName(request.id(), hash(request, clips, options, open.backbone()), "");
            String uri = folder + "/" + name + ".safetensors";
            if (Attempt.essential(() -> files.exists(uri))) {
                return new Result(uri, open.pattern(uri, files).fingerprint(), 0, true);
            }
            SharedCheckpoints shared = new SharedCheckpoints(files, folder + "/" + CHECKPOINTS + "/" + name, local);
            Optional<Path> earlier = Attempt.essential(shared::fetch);
            long resumedFrom = earlier.isPresent() ? shared.step(earlier.get()) : 0;
            TrainingOptionsBuilder resuming = options.toBuilder().listener(shared.sending(place::decision));
            earlier.ifPresent(resuming::resume);
            MotionPattern pattern = MotionPattern.train(open.backbone(), clips, resuming.build());
            Path file = scratch.path().resolve("pattern.safetensors");
            pattern.save(file);
            Attempt.essentialStep(() -> files.send(file, uri));
            Attempt.essentialStep(shared::delete);
            return new Result(uri, pattern.fingerprint(), resumedFrom, false);
        }
    }

    private static String hash(TrainingRequest request, TrainingClips clips, TrainingOptions options, Backbone backbone)
            throws IOException {
        ContentHash hash = new ContentHash().add(request.id()).add(backbone.fingerprint());
        for (TrainingClip clip : clips.clips()) {
            hash.add(clip.contentHash()).add(clip.caption()).add(Double.toString(clip.weight()));
        }
        List.of(
                        options.steps(),
                        options.window(),
                        options.batches(),
                        options.optimizer(),
                        options.parameters(),
                        options.seed(),
                        options.gradientCheckpointing())
                .forEach(setting -> hash.add(setting.toString()));
        return hash.finish();
    }
}
