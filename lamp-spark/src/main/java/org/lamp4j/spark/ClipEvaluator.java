package org.lamp4j.spark;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.lamp4j.evaluation.ClipScores;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.tensor.FloatTensor;

/** Measures the clips of a partition, one after the other. */
final class ClipEvaluator implements MapPartitionsFunction<GeneratedClip, ClipEvaluation> {

    private static final long serialVersionUID = 1;

    private final @Nullable ClusterModel model;
    private final Broadcast<SerializableConfiguration> configuration;

    /** Takes the CLIP model; without one there are no scores. */
    ClipEvaluator(Optional<ClusterModel> model, Broadcast<SerializableConfiguration> configuration) {
        this.model = model.orElse(null);
        this.configuration = configuration;
    }

    @Override
    public Iterator<ClipEvaluation> call(Iterator<GeneratedClip> clips) {
        TaskPlace place = TaskPlace.current();
        HadoopFiles files = new HadoopFiles(configuration.value().value());
        return Iterators.transform(clips, clip -> evaluate(clip, place, files));
    }

    private ClipEvaluation evaluate(GeneratedClip made, TaskPlace place, HadoopFiles files) {
        if (made.error().isPresent()) {
            return ClipEvaluation.failed(made.id(), made.error());
        }
        Optional<ClipModel> open = Optional.ofNullable(model)
                .map(clip -> Attempt.essential(() -> ExecutorModels.clipModel(clip, place.device(clip))));
        Attempt<ClipEvaluation> attempt = Attempt.of(() -> figures(made, read(made, files), open));
        return attempt.result().orElseGet(() -> ClipEvaluation.failed(made.id(), attempt.error()));
    }

    /** FFmpeg reads files only. */
    private static VideoClip read(GeneratedClip made, HadoopFiles files) throws IOException {
        if (made.clip().isEmpty() && made.uri().isEmpty()) {
            throw new IOException("expected a clip or its file, but was neither");
        }
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            if (made.clip().isEmpty()) {
                return VideoClip.read(files.local(made.uri().get(), scratch.path()));
            }
            Path file = scratch.path().resolve("clip.mp4");
            AtomicFile.writeScratch(file, output -> output.write(made.clip().get()));
            return VideoClip.read(file);
        }
    }

    private static ClipEvaluation figures(GeneratedClip made, VideoClip clip, Optional<ClipModel> open) {
        MotionStatistics motion = MotionStatistics.of(clip);
        List<FloatTensor> frames = open.map(
                        model -> clip.frames().stream().map(model::embed).toList())
                .orElse(List.of());
        return new ClipEvaluation(
                made.id(),
                open.map(model -> OptionalDouble.of(ClipScores.alignment(frames, model.embed(made.prompt()))))
                        .orElseGet(OptionalDouble::empty),
                open.isPresent() ? OptionalDouble.of(ClipScores.consistency(frames)) : OptionalDouble.empty(),
                OptionalDouble.of(motion.right()),
                OptionalDouble.of(motion.down()),
                OptionalDouble.of(motion.magnitude()),
                OptionalDouble.of(motion.movingShare()),
                Optional.empty());
    }
}
