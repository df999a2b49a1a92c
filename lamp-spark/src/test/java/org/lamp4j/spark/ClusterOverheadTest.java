package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.device.Device;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;

/** Prints what Spark costs, and what a second worker brings, for docs/cluster.md. Nothing is held to a time. */
@Tag("cluster")
class ClusterOverheadTest {

    /** As LAMP generates, but for the size. */
    private static final String FIFTY_STEPS = "{\"steps\": 50, \"frameCount\": 16, \"frameSize\": \"64x64\"}";

    private static final int ROUNDS = 3;
    private static final int CLIPS_OF_A_ROUND = 2;
    private static final int CLIPS_ON_A_CLUSTER = 6;

    @TempDir
    private Path folder;

    private static List<GenerationRequest> requests(ClusterFiles files, String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> files.request(name + "-" + index, "a ball").withOptions(FIFTY_STEPS))
                .toList();
    }

    private double seconds(SparkSession spark, ClusterFiles files, List<GenerationRequest> requests, int partitions) {
        long start = System.nanoTime();
        List<GeneratedClip> clips = LampSpark.generate(
                        spark.createDataset(requests, GenerationRequest.encoder())
                                .repartition(partitions),
                        files.clusterModel(),
                        ClipOutput.inFolder(folder.resolve("clips").toUri().toString()))
                .collectAsList();
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(clips).allMatch(clip -> clip.error().isEmpty() && !clip.kept());
        return seconds;
    }

    private double loopSeconds(MotionPattern pattern, ClusterFiles files, List<GenerationRequest> requests)
            throws IOException {
        long start = System.nanoTime();
        for (GenerationRequest request : requests) {
            GenerationOptions options = JsonOptions.generation(
                            request.options(),
                            GenerationOptions.newBuilder()
                                    .seed(GenerationRequest.seedOf(request.id()))
                                    .build())
                    .build();
            pattern.generate(request.prompt(), RgbImage.read(files.image()), options)
                    .write(folder.resolve("loop").resolve(request.id() + ".mp4"));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Test
    void generate_besideAPlainLoop() throws IOException {
        ClusterFiles files = ClusterFiles.in(folder);
        List<Double> loops = new ArrayList<>();
        List<Double> batches = new ArrayList<>();
        try (SparkSession spark = ClusterFiles.session("local[1]");
                Backbone backbone = Backbone.load(files.model(), Device.cpu().withThreads(1))) {
            MotionPattern pattern = MotionPattern.load(backbone, files.pattern());
            seconds(spark, files, requests(files, "warm-up", 1), 1);
            loopSeconds(pattern, files, requests(files, "warm-up", 1));
            for (int round = 0; round < ROUNDS; round++) {
                List<GenerationRequest> requests = requests(files, "round-" + round, CLIPS_OF_A_ROUND);
                loops.add(loopSeconds(pattern, files, requests) / CLIPS_OF_A_ROUND);
                batches.add(seconds(spark, files, requests, 1) / CLIPS_OF_A_ROUND);
            }
        }

        double overhead = median(batches) / median(loops) - 1;
        System.out.printf(
                "overhead: %.2f s a clip in a loop, %.2f s on Spark, %+.1f %%%n",
                median(loops), median(batches), 100 * overhead);
    }

    @Test
    void generate_onOneWorkerAndOnTwo() throws IOException {
        ClusterFiles files = ClusterFiles.in(folder);
        double one = clusterSeconds(files, 1);
        double two = clusterSeconds(files, 2);

        System.out.printf(
                "scaling: %d clips in %.1f s on one worker, %.1f s on two, %.2f times as fast%n",
                CLIPS_ON_A_CLUSTER, one, two, one / two);
    }

    private double clusterSeconds(ClusterFiles files, int workers) throws IOException {
        try (SparkSession spark = ClusterFiles.cluster(workers)) {
            seconds(spark, files, requests(files, "warm-up-" + workers, workers), workers);
            return seconds(spark, files, requests(files, "of-" + workers, CLIPS_ON_A_CLUSTER), CLIPS_ON_A_CLUSTER);
        }
    }
}
