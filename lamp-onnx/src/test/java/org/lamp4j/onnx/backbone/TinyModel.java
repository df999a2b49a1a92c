package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lamp4j.device.Device;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** A model folder with random weights, small enough that a session of its UNet is made in a moment. */
final class TinyModel {

    static final String UNET = "unet/diffusion_pytorch_model.safetensors";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, Map<String, FloatBuffer>> values = new LinkedHashMap<>();
    private final Map<String, Map<String, Shape>> shapes = new LinkedHashMap<>();

    private TinyModel(Path folder) {
        this.folder = folder;
    }

    /** Writes configurations and weights. */
    static TinyModel in(Path folder) throws IOException {
        TinyModel model = new TinyModel(folder);
        model.config("text_encoder", """
                {"model_type": "clip_text_model", "hidden_act": "quick_gelu", "hidden_size": 8, "vocab_size": 20,
                 "intermediate_size": 16, "max_position_embeddings": 5, "num_attention_heads": 2,
                 "num_hidden_layers": 1}""");
        model.config("vae", """
                {"block_out_channels": [4, 4], "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "layers_per_block": 1,
                 "norm_num_groups": 2, "scaling_factor": 0.5}""");
        model.config("unet", """
                {"_class_name": "UNet2DConditionModel", "block_out_channels": [8, 16], "layers_per_block": 1,
                 "attention_head_dim": 2, "cross_attention_dim": 8, "norm_num_groups": 4, "sample_size": 4,
                 "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
                 "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
                 "mid_block_type": "UNetMidBlock2DCrossAttn"}""");
        model.declare();
        model.write();
        return model;
    }

    Path folder() {
        return folder;
    }

    /** Changes a configuration's entry; the value is JSON. */
    TinyModel with(String component, String key, String value) throws IOException {
        Path file = folder.resolve(component).resolve("config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
        config.set(key, JSON.readTree(value));
        JSON.writeValue(file.toFile(), config);
        return this;
    }

    /** Changes one weight by a little. */
    TinyModel nudge(String file, String key) throws IOException {
        FloatBuffer buffer = values.get(file).get(key);
        buffer.put(0, buffer.get(0) + 0.25f);
        write();
        return this;
    }

    TinyModel set(String file, String key, int index, float value) throws IOException {
        values.get(file).get(key).put(index, value);
        write();
        return this;
    }

    TinyModel add(String file, String key) throws IOException {
        values.get(file).put(key, direct(Shape.of(1)));
        shapes.get(file).put(key, Shape.of(1));
        write();
        return this;
    }

    TinyModel rename(String file, String from, String to) throws IOException {
        values.get(file).put(to, values.get(file).remove(from));
        shapes.get(file).put(to, shapes.get(file).remove(from));
        write();
        return this;
    }

    TinyModel reshape(String file, String key, int... sizes) throws IOException {
        shapes.get(file).put(key, Shape.of(sizes));
        write();
        return this;
    }

    /** Values for all parameters of some modules, none of them zero. */
    static MotionWeights motion(BackboneModel model, List<String> modules) {
        return shaken(model.freshMotion(modules, 1));
    }

    /** The same as low-rank updates. */
    static MotionWeights lowRankMotion(BackboneModel model, List<String> modules) {
        return shaken(model.freshMotion(modules, new LowRank(2, 3), 1));
    }

    private static MotionWeights shaken(MotionWeights motion) {
        List<Parameter> parameters = new ArrayList<>();
        for (Parameter fresh : motion.parameters()) {
            RandomSource random = RandomSource.stream(9, fresh.name(), 0);
            FloatBuffer buffer = direct(fresh.shape());
            for (int index = 0; index < buffer.capacity(); index++) {
                buffer.put(index, fresh.values().get(index) + 0.1f * (2 * random.nextFloat() - 1));
            }
            parameters.add(new Parameter(fresh.name(), fresh.shape(), buffer));
        }
        return MotionWeights.of(parameters);
    }

    /** Zeros. */
    static FloatBuffer direct(Shape shape) {
        return ByteBuffer.allocateDirect(4 * Math.toIntExact(shape.elementCount()))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    BackboneModel open() throws IOException {
        return new OnnxBackboneProvider().open(folder, Device.cpu());
    }

    private void config(String component, String json) throws IOException {
        Files.createDirectories(folder.resolve(component));
        Files.writeString(folder.resolve(component).resolve("config.json"), json);
    }

    private void declare() throws IOException {
        ClipTextConfig text = ClipTextConfig.read(folder.resolve("text_encoder/config.json"));
        VaeConfig vae = VaeConfig.read(folder.resolve("vae/config.json"));
        VideoUNetConfig unet = VideoUNetConfig.read(folder.resolve("unet/config.json"));
        declare(
                "text_encoder/model.safetensors",
                (graph, source) -> new ClipTextEncoder(text)
                        .apply(root(graph, source), graph.input("ids", ElementType.INT64, Shape.of(1, 5))));
        declare(
                "vae/diffusion_pytorch_model.safetensors",
                (graph, source) -> new Vae(vae)
                        .encode(root(graph, source), graph.input("x", ElementType.FLOAT, Shape.of(1, 3, 4, 4))));
        declare(
                "vae/diffusion_pytorch_model.safetensors",
                (graph, source) -> new Vae(vae)
                        .decode(root(graph, source), graph.input("x", ElementType.FLOAT, Shape.of(1, 4, 2, 2))));
        declare(
                UNET,
                (graph, source) -> new VideoUNet(unet, VideoUNet.Variant.IMAGE)
                        .apply(
                                root(graph, source),
                                graph.input("x", ElementType.FLOAT, Shape.of(1, 4, 1, 4, 4)),
                                graph.input("t", ElementType.INT64, Shape.of(1)),
                                graph.input("context", ElementType.FLOAT, Shape.of(1, 5, 8))));
    }

    private static Scope root(Graph graph, ParameterSource source) {
        return Scope.root(graph, source, ElementType.FLOAT);
    }

    private interface Network {
        Object build(Graph graph, ParameterSource source);
    }

    private void declare(String file, Network network) {
        RandomParameters parameters = RandomParameters.ofKeys();
        network.build(new Graph(file), parameters);
        parameters.declared().forEach((key, shape) -> {
            FloatBuffer buffer = direct(shape);
            buffer.put(parameters.values(key, shape).values()).flip();
            values.computeIfAbsent(file, absent -> new TreeMap<>()).put(key, buffer);
            shapes.computeIfAbsent(file, absent -> new TreeMap<>()).put(key, shape);
        });
    }

    private void write() throws IOException {
        for (Map.Entry<String, Map<String, FloatBuffer>> file : values.entrySet()) {
            SafetensorsWriter.write(
                    folder.resolve(file.getKey()),
                    file.getValue().entrySet().stream()
                            .map(entry -> StoredTensor.of(
                                    entry.getKey(), shapes.get(file.getKey()).get(entry.getKey()), entry.getValue()))
                            .toList(),
                    Map.of(),
                    StoredType.F32);
        }
    }
}
