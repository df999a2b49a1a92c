package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.Backbone;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Makes a low-rank update with which a model draws in 4 to 8 steps of {@link org.lamp4j.diffusion.LcmSampler}, without
 * guidance: consistency distillation of the image UNet, which stays as it is. A batch is given in shards, each of which
 * runs on a thread of its own. Threads that share one take turns.
 *
 * @see <a href="https://arxiv.org/abs/2311.05556">Luo et al., LCM-LoRA</a>
 */
public final class ConsistencyDistillation implements AutoCloseable {

    private final ModelFiles files;
    private final NoiseSchedule schedule;
    private final Plan plan;
    private final ConsistencyGraph graph;
    private final NetworkTrainer trainer;
    private final FloatTensor emptyContext;

    /**
     * What decides the result besides the images.
     *
     * @param rank r of the updates, at least 1; α is as large
     * @param guidanceScale how strongly the teacher follows captions, which the update learns; at 1 or below the
     *     teacher runs without guidance
     * @param shardSize number of images in a shard, at least 1
     * @param start how it begins; its values are those of the factors A, B begins at zero
     */
    public record Plan(int rank, float guidanceScale, int shardSize, NetworkTraining.Start start) {

        /** Checks the numbers. */
        public Plan {
            if (rank < 1 || shardSize < 1 || start.shardCount() < 1) {
                throw new IllegalArgumentException(
                        "expected a rank, a shard's size and a number of shards of 1 or more, but was " + rank + ", "
                                + shardSize + " and " + start.shardCount() + " (ConsistencyDistillation)");
            }
            if (!(guidanceScale >= 0 && Float.isFinite(guidanceScale))) {
                throw new IllegalArgumentException("expected a guidance scale of 0 or more, but was " + guidanceScale
                        + " (ConsistencyDistillation)");
            }
        }
    }

    private ConsistencyDistillation(ModelFiles files, NoiseSchedule schedule, FloatTensor emptyCaption, Plan plan) {
        this.files = files;
        this.schedule = schedule;
        this.plan = plan;
        this.emptyContext = plan.guidanceScale > 1
                ? FloatTensor.concat(0, Collections.nCopies(plan.shardSize, emptyCaption))
                : FloatTensor.zeros(Shape.of());
        NetworkTraining.Start start = plan.start;
        ComputeDevice device = start.computeDevice();
        this.graph = new ConsistencyGraph(
                files.unetConfig(),
                files.unet(),
                emptyCaption.shape().with(0, plan.shardSize),
                plan.rank,
                plan.guidanceScale,
                device.targetOfTraining());
        this.trainer = new NetworkTrainer(
                graph.graph(),
                List.of(new NetworkTrainer.Group(
                        firstFactors(), start.optimizer().weightDecay())),
                start.shardCount(),
                device);
    }

    /**
     * Opens a model for distillation.
     *
     * @param backbone the teacher, with the LoRAs that are added to it: what is learned is for the model with these on.
     *     It stays as it is, and the caller's
     * @param plan what decides the result
     * @return the distillation; the caller closes it
     * @throws IOException if the model's files cannot be read
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public static ConsistencyDistillation open(Backbone backbone, Plan plan) throws IOException {
        FloatTensor emptyCaption = backbone.encodePrompt("");
        return open(ModelFiles.of(backbone), backbone.noiseSchedule(), emptyCaption, plan);
    }

    /**
     * Opens a model for distillation.
     *
     * @param files the model's, which are closed with the distillation
     * @param emptyCaption hidden states of its empty caption, {@code [1, N, D]}
     */
    static ConsistencyDistillation open(ModelFiles files, NoiseSchedule schedule, FloatTensor emptyCaption, Plan plan) {
        try {
            return new ConsistencyDistillation(files, schedule, emptyCaption, plan);
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    /** Returns A at random and B of zeros, so that the student begins as the teacher. */
    private Map<String, FloatTensor> firstFactors() {
        Map<String, FloatTensor> factors = new LinkedHashMap<>();
        graph.updates().values().forEach(update -> {
            factors.put(update.aName(), plan.start.initialValues().of(update.aName(), update.aShape()));
            factors.put(update.bName(), FloatTensor.zeros(update.bShape()));
        });
        return factors;
    }

    /**
     * Returns the shape of a shard's latents.
     *
     * @return {@code [B, C, h, w]}, of the size the model was trained at
     */
    public Shape latents() {
        return graph.images();
    }

    /**
     * Takes a step. Nothing is changed if the gradients' norm is not a finite number.
     *
     * @param shards what it learns from, one for each shard
     * @param learningRate the learning rate of this step
     * @param averaging how much of the moving average stays, 0 to 1; the average is what the student is held to
     * @return the mean loss of the shards
     * @throws IllegalArgumentException if there is another number of shards
     */
    public float step(List<ConsistencyBatch> shards, float learningRate, float averaging) {
        List<Map<String, NativeTensor>> given = new ArrayList<>();
        try {
            shards.forEach(shard -> given.add(shard.inputs(schedule, emptyContext)));
            return trainer.step(given, plan.start.optimizer().update(learningRate), averaging);
        } finally {
            given.forEach(shard -> shard.values().forEach(NativeTensor::close));
        }
    }

    /**
     * Writes what has been learned as a file that is laid over the model like any LoRA, with the names of kohya's
     * scripts, in float16.
     *
     * @param file where to, a safetensors file; replaced if it is there, and appears whole or not at all
     * @param metadata what is kept with it
     * @throws IOException if it cannot be written
     */
    public void write(Path file, Map<String, String> metadata) throws IOException {
        Map<String, FloatTensor> factors = trainer.averages();
        List<StoredTensor> tensors = new ArrayList<>();
        graph.updates()
                .forEach((key, update) -> tensors.addAll(
                        KohyaNames.stored(update, files.unet().tensor(key).shape(), factors)));
        SafetensorsWriter.write(file, tensors, metadata, StoredType.F16);
    }

    /** Frees sessions and tensors, after a step under way. Closing twice does nothing. */
    @Override
    public void close() {
        trainer.close();
        files.close();
    }
}
