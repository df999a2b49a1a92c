package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingOptionsBuilder;

/** Goes on training from a damaged checkpoint, for a step. */
class TrainingFileFuzzTest extends ReaderFuzzTest {

    private TinyTraining training;
    private Path pattern;

    @Override
    protected List<Path> write(Path folder) throws IOException {
        training = new TinyTraining(TinyModel.in(folder.resolve("model")).folder());
        pattern = folder.resolve("pattern.safetensors");
        Path checkpoints = folder.resolve("checkpoints");
        training.run(options(1).checkpoint(checkpoints).checkpointEvery(1).build(), pattern);
        return List.of(WithoutChecksum.rewrite(
                CheckpointFolder.of(checkpoints).newest().orElseThrow()));
    }

    private static TrainingOptionsBuilder options(int steps) {
        return TinyTraining.options(steps).build().toBuilder()
                .trainableModules(List.of("conv_gate"))
                .learningRateSchedule(LearningRateSchedule.constant());
    }

    @Override
    protected void read(Path file) throws IOException {
        training.run(options(2).resume(file).build(), pattern);
    }

    /** A checkpoint of other options is refused as an argument; damaged parameters may make training diverge. */
    @Override
    protected Set<Class<? extends Exception>> refusals() {
        return Set.of(
                IOException.class,
                IllegalArgumentException.class,
                TrainingDivergedException.class,
                NonFiniteException.class);
    }

    @Override
    protected void close() {
        training.close();
    }
}
