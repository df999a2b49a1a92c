package org.lamp4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.device.Device;
import org.lamp4j.files.ContentHash;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.testing.EmbeddedModel;

/**
 * What a batch of the tests needs: the embedded model, a pattern of it, and a first frame.
 *
 * @param folder where they lie
 */
record ClusterFiles(Path folder) {

    static final String SMALL = "{\"steps\": 2, \"frameCount\": 4, \"frameSize\": \"64x64\", \"guidanceScale\": 2}";

    static ClusterFiles in(Path folder) throws IOException {
        ClusterFiles files = new ClusterFiles(folder);
        EmbeddedModel.copyTo(files.model());
        try (Backbone backbone = Backbone.load(files.model())) {
            MotionPattern.untrained(backbone).save(files.pattern());
        }
        DrawnClips.firstFrame().write(files.image());
        return files;
    }

    Path model() {
        return folder.resolve("model");
    }

    Path pattern() {
        return folder.resolve("pattern.safetensors");
    }

    Path image() {
        return folder.resolve("ball.png");
    }

    /** Writes a LoRA of the model, all ones, of one layer. */
    Path lora(String name) throws IOException {
        String layer = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
        Shape query;
        try (Checkpoint unet = Checkpoint.open(model().resolve("unet/diffusion_pytorch_model.safetensors"))) {
            query = unet.tensor(layer + ".weight").shape();
        }
        Path file = folder.resolve(name);
        String module = "lora_unet_" + layer.replace('.', '_');
        SafetensorsWriter.write(
                file,
                List.of(
                        StoredTensor.copyOf(module + ".lora_down.weight", ones(Shape.of(1, query.size(1)))),
                        StoredTensor.copyOf(module + ".lora_up.weight", ones(Shape.of(query.size(0), 1)))),
                Map.of());
        return file;
    }

    private static FloatTensor ones(Shape shape) {
        return FloatTensor.generate(shape, index -> 1);
    }

    ClusterModel clusterModel() {
        return ClusterModel.onEveryHost(model());
    }

    GenerationRequest request(String id, String prompt) {
        return GenerationRequest.of(
                        id,
                        prompt,
                        image().toUri().toString(),
                        pattern().toUri().toString())
                .withOptions(SMALL);
    }

    /** Five requests that can be met, in different ways, and one that cannot: its first frame is not there. */
    List<GenerationRequest> sixRequests() throws IOException {
        GenerationRequest first = request("ball-0", "a green ball on the grass");
        List<GenerationRequest> requests = new ArrayList<>(List.of(first));
        requests.add(request("ball-1", "a green ball on the grass"));
        requests.add(new GenerationRequest(
                "in-row",
                "a ball",
                Optional.of(Files.readAllBytes(image())),
                Optional.empty(),
                first.pattern(),
                SMALL,
                OptionalLong.of(7)));
        requests.add(new GenerationRequest(
                "drawn",
                "a duck on the sea",
                Optional.empty(),
                Optional.empty(),
                first.pattern(),
                SMALL,
                OptionalLong.empty()));
        requests.add(GenerationRequest.of(
                        "missing",
                        "a ball",
                        folder.resolve("nothing.png").toUri().toString(),
                        first.pattern())
                .withOptions(SMALL));
        requests.add(request("seeded", "a ball").withOptions(SMALL.replace("{", "{\"seed\": 11, ")));
        return requests;
    }

    /** Makes the same clips as a plain loop on one machine does. */
    Map<String, String> hashesOfALoop(List<GenerationRequest> requests) throws IOException {
        return hashesOfALoop(requests, List.of());
    }

    /** Makes the same clips as a plain loop with LoRAs does. */
    Map<String, String> hashesOfALoop(List<GenerationRequest> requests, List<LoraFile> loras) throws IOException {
        Map<String, String> hashes = new HashMap<>();
        try (Backbone base = Backbone.load(model(), Device.cpu().withThreads(1));
                Backbone backbone = base.withLoras(loras)) {
            MotionPattern pattern = MotionPattern.load(backbone, pattern());
            RgbImage ball = RgbImage.read(image());
            for (GenerationRequest request : requests) {
                long seed = request.seed().orElse(GenerationRequest.seedOf(request.id()));
                GenerationOptions options = JsonOptions.generation(
                                request.options(),
                                GenerationOptions.newBuilder().seed(seed).build())
                        .build();
                Path file = folder.resolve(request.id() + ".mp4");
                (request.id().equals("drawn")
                                ? pattern.generate(request.prompt(), options)
                                : pattern.generate(request.prompt(), ball, options))
                        .write(file);
                hashes.put(request.id(), new ContentHash().add(file).finish());
            }
        }
        return hashes;
    }

    static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .appName("lamp4j tests")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }

    /** Starts processes of this machine as workers, with one core each. */
    static SparkSession cluster(int workers) throws IOException {
        return clusterBuilder("local-cluster[" + workers + ",1,1024]").getOrCreate();
    }

    /** Starts processes of this machine as workers, as the master says how many, with further settings. */
    static SparkSession.Builder clusterBuilder(String master) throws IOException {
        // of an installation of Spark, whose classes executors have from here, the folder alone is asked for
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME")).resolve("jars"));
        return SparkSession.builder()
                .master(master)
                .appName("lamp4j tests")
                .config("spark.ui.enabled", "false")
                .config("spark.executor.memory", "1g")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    }
}
