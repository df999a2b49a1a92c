package org.lamp4j.spark;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Makes clips, measures them and learns motions on a Spark cluster. Tables in and out are Spark's own: they may come
 * from any source and go to any sink. Nothing is computed before the result is asked for, and what is asked for twice
 * is computed twice, unless it is persisted; clips and patterns that go to files are made once.
 *
 * <p>Each executor process opens a model once for each device. A task runs on the GPU that Spark gave it
 * ({@code spark.task.resource.gpu.amount}), else on the CPU with {@code spark.task.cpus} threads. A row that fails for
 * its own reasons says so in its column {@code error}; a model that cannot be opened, a file system that does not
 * answer and an executor that is lost are Spark's to try again.
 *
 * <pre>{@code
 * Dataset<GeneratedClip> clips = LampSpark.generate(
 *         GenerationRequest.from(spark.read().parquet("s3a://studio/requests")),
 *         ClusterModel.onEveryHost(Path.of("/models/sd14")),
 *         ClipOutput.inFolder("s3a://studio/clips"));
 * clips.drop("clip").write().parquet("s3a://studio/results");
 * }</pre>
 */
public final class LampSpark {

    private LampSpark() {}

    /**
     * Makes clips. Each is, byte for byte, the one that its request gives alone, in any partition and beside any
     * others, on machines of one kind with the same {@code spark.task.cpus} and memory budget.
     *
     * @param requests what to make, no two of one id
     * @param model the base model
     * @param output where the clips go
     * @return a row for each request, in the requests' partitions and order
     */
    public static Dataset<GeneratedClip> generate(
            Dataset<GenerationRequest> requests, ClusterModel model, ClipOutput output) {
        return requests.mapPartitions(new ClipMaker(model, output, configuration(requests)), GeneratedClip.encoder());
    }

    /**
     * Measures clips: how things move in them and, with a CLIP model, LAMP's scores.
     *
     * @param clips clips that {@link #generate} made, in rows or files
     * @param clipModel a CLIP model with both towers, as {@link org.lamp4j.onnx.clip.ClipModel#open} takes it; empty
     *     for no scores
     * @return a row for each clip
     * @throws IllegalArgumentException if LoRAs are to be added to the CLIP model
     */
    public static Dataset<ClipEvaluation> evaluate(Dataset<GeneratedClip> clips, Optional<ClusterModel> clipModel) {
        if (clipModel.isPresent() && clipModel.get().hasLoras()) {
            throw new IllegalArgumentException("expected a CLIP model without LoRAs, but was one with some");
        }
        return clips.mapPartitions(new ClipEvaluator(clipModel, configuration(clips)), ClipEvaluation.encoder());
    }

    /**
     * Learns motions, a task for each partition and a motion at a time. Checkpoints go to {@code checkpoints} in the
     * folder while a motion is learned; when its executor is lost, the next one goes on from there. A pattern that is
     * there already is not learned again.
     *
     * @param requests what to learn, no two of one id; {@code repartition} them to one a partition
     * @param model the base model
     * @param folder where patterns go, {@code ID-HASH.safetensors}: a URI that all hosts see
     * @return a row for each request
     */
    public static Dataset<TrainedPattern> train(Dataset<TrainingRequest> requests, ClusterModel model, String folder) {
        return requests.mapPartitions(
                new PatternTrainer(model, folder, configuration(requests)), TrainedPattern.encoder());
    }

    private static Broadcast<SerializableConfiguration> configuration(Dataset<?> rows) {
        SparkContext context = rows.sparkSession().sparkContext();
        if (context.isLocal()) {
            context.addSparkListener(new ModelCloser());
        }
        return JavaSparkContext.fromSparkContext(context)
                .broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    }

    /** Closes models in a process that goes on when the application has ended. */
    private static final class ModelCloser extends SparkListener {
        @Override
        public void onApplicationEnd(SparkListenerApplicationEnd end) {
            ExecutorModels.closeAll();
        }
    }
}
