package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.export.ModelConversion;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** A model whose text encoder and auto-encoder lie there as ONNX files, against the model they were exported from. */
class OnnxFilesTest {

    /** The same in other operators: products are summed in another order. */
    private static final double SAME = 1e-5;

    /** Inputs and outputs rounded to 11 bits. */
    private static final double HALF = 5e-3;

    private static final int[] IDS = {518, 3, 40, 7, 519, 519, 519};
    private static final FloatTensor IMAGES =
            RandomSource.stream(3, "images", 0).gaussian(Shape.of(2, 3, 12, 16));
    private static final FloatTensor LATENTS =
            RandomSource.stream(3, "latents", 0).gaussian(Shape.of(2, 4, 6, 8));

    @TempDir
    private static Path place;

    private static Path source;
    private static Path exported;
    private static Backbone original;

    @TempDir
    private Path model;

    @BeforeAll
    static void export() throws IOException {
        source = TwoForms.VERSION_1.writeFolder(place, StoredPrecision.FLOAT32);
        exported = place.resolve("standard");
        original = Backbone.load(source);
        new OnnxExport(2, new FrameSize(16, 12)).writeStandard(original, Optional.empty(), exported);
    }

    @AfterAll
    static void close() {
        original.close();
    }

    /** The model's UNet as weights, all else from the export. */
    @BeforeEach
    void putTogether() throws IOException {
        copy(exported, model);
        Files.delete(model.resolve("unet/model.onnx"));
        Files.delete(model.resolve("unet/model.onnx.data"));
        copy(source.resolve("unet"), model.resolve("unet"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        }
    }

    private static double error(FloatTensor actual, FloatTensor expected) {
        return Fixture.error(actual, expected);
    }

    // --- the round trip ---

    @Test
    void load_textEncoderAndVaeAsOnnx_giveWhatTheirWeightsGave() throws IOException {
        try (Backbone backbone = Backbone.load(model)) {
            LatentDistribution expected = original.model().latentCodec().encode(IMAGES);
            LatentDistribution actual = backbone.model().latentCodec().encode(IMAGES);

            assertThat(error(backbone.encodePrompt("a duck"), original.encodePrompt("a duck")))
                    .isLessThan(SAME);
            assertThat(error(actual.mean(), expected.mean())).isLessThan(SAME);
            assertThat(error(actual.logVariance(), expected.logVariance())).isLessThan(SAME);
            assertThat(error(
                            backbone.model().latentCodec().decode(LATENTS),
                            original.model().latentCodec().decode(LATENTS)))
                    .isLessThan(SAME);
            assertThat(backbone.model().latentCodec().scalingFactor())
                    .isEqualTo(original.model().latentCodec().scalingFactor());
            assertThat(backbone.fingerprint()).isEqualTo(original.fingerprint());
        }
    }

    @Test
    void withLora_ofTheTextEncoder_isRefusedWithTheLayer() throws IOException {
        Path lora = new TinyLora(source).write(place.resolve("style.safetensors"), TinyLora.Form.KOHYA, Map.of());

        try (Backbone backbone = Backbone.load(model)) {
            assertThatThrownBy(() -> backbone.withLora(lora, 0.5))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage(
                            "expected updates of the UNet alone, as the text encoder is an ONNX file, but was one of"
                                    + " lora_te_text_model_encoder_layers_0_self_attn_q_proj (" + lora + ")");
        }
    }

    @Test
    void load_weightsBesideOnnx_areTakenInstead() throws IOException {
        copy(source.resolve("text_encoder"), model.resolve("text_encoder"));
        Files.writeString(model.resolve("text_encoder/model.onnx"), "no model");

        try (Backbone backbone = Backbone.load(model)) {
            assertThat(backbone.encodePrompt("a duck")).isEqualTo(original.encodePrompt("a duck"));
        }
    }

    @Test
    void encode_imagesOfAnotherSizeThanTheFileIsFor_areRefused() throws IOException {
        FloatTensor other = RandomSource.stream(3, "images", 0).gaussian(Shape.of(1, 3, 8, 8));

        try (Backbone backbone = Backbone.load(model)) {
            assertThatThrownBy(() -> backbone.model().latentCodec().encode(other))
                    .hasMessage("expected sample FLOAT[1, 3, 12, 16], for which the file was exported, but was "
                            + "[1, 3, 8, 8] (" + model.resolve("vae_encoder/model.onnx") + ")");
        }
    }

    @Test
    void encode_afterClosing_isRefused() throws IOException {
        Backbone backbone = Backbone.load(model);
        var codec = backbone.model().latentCodec();
        var text = backbone.model().textEncoder();
        backbone.close();

        assertThatThrownBy(() -> codec.decode(LATENTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (auto-encoder)");
        assertThatThrownBy(() -> text.encode(List.of(IDS)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (text encoder)");
    }

    @Test
    void convert_modelWithOnnx_isRefused() throws IOException {
        try (Backbone backbone = Backbone.load(model)) {
            assertThatThrownBy(() -> ModelConversion.toFolder(backbone, place.resolve("converted")))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected weights of all networks to write them anew, but was an ONNX file ("
                            + model.resolve("text_encoder/model.onnx") + ")");
        }
    }

    // --- what other exporters write ---

    @Test
    void load_idsOfInt32AndOpenSizes_giveTheSame() throws IOException {
        edit("text_encoder", graph -> {
            setInput(graph, TensorProto.DataType.INT32, -1, -1);
            castInput(graph, "input_ids", TensorProto.DataType.INT64);
        });

        try (Backbone backbone = Backbone.load(model)) {
            assertThat(error(backbone.encodePrompt("a duck"), original.encodePrompt("a duck")))
                    .isLessThan(SAME);
        }
    }

    @Test
    void load_inputsAndOutputsInFloat16_giveTheSameToRounding() throws IOException {
        for (String half : List.of("vae_encoder", "vae_decoder")) {
            edit(half, graph -> {
                setInput(graph, TensorProto.DataType.FLOAT16, 1, -1, -1, -1);
                castInput(graph, graph.getInput(0).getName(), TensorProto.DataType.FLOAT);
                castOutput(graph, TensorProto.DataType.FLOAT16);
            });
        }

        try (Backbone backbone = Backbone.load(model)) {
            assertThat(error(
                            backbone.model().latentCodec().encode(IMAGES).mean(),
                            original.model().latentCodec().encode(IMAGES).mean()))
                    .isGreaterThan(SAME)
                    .isLessThan(HALF);
            assertThat(error(
                            backbone.model().latentCodec().decode(LATENTS),
                            original.model().latentCodec().decode(LATENTS)))
                    .isGreaterThan(SAME)
                    .isLessThan(HALF);
        }
    }

    @Test
    void load_encoderOfLatentsAlone_hasNextToNoVariance() throws IOException {
        edit("vae_encoder", graph -> {
            NodeProto joining = graph.getNode(graph.getNodeCount() - 1);
            graph.setNode(
                    graph.getNodeCount() - 1,
                    NodeProto.newBuilder()
                            .setOpType("Identity")
                            .addInput(joining.getInput(0))
                            .addOutput("latent_sample"));
            graph.getOutputBuilder(0).setName("latent_sample");
            graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
        });

        try (Backbone backbone = Backbone.load(model)) {
            LatentDistribution found = backbone.model().latentCodec().encode(IMAGES);

            assertThat(error(
                            found.mean(),
                            original.model().latentCodec().encode(IMAGES).mean()))
                    .isLessThan(SAME);
            assertThat(found.logVariance().toArray()).containsOnly(-30f);
            assertThat(error(found.sample(RandomSource.stream(1, "a", 0)), found.mean()))
                    .isLessThan(SAME);
        }
    }

    @Test
    void load_encoderThatSamples_isRefused() throws IOException {
        edit(
                "vae_encoder",
                graph -> graph.addNode(NodeProto.newBuilder()
                        .setOpType("RandomNormalLike")
                        .addInput("sample")
                        .addOutput("noise")));

        assertRefused("expected a network that gives the same each time, but was one that draws random numbers with "
                + "RandomNormalLike, which no seed rules (" + model.resolve("vae_encoder/model.onnx")
                + "); export the distribution's parameters or its mean");
    }

    // --- refusals ---

    @Test
    void load_otherInputs_areNamed() throws IOException {
        edit(
                "text_encoder",
                graph -> graph.addInput(graph.getInput(0).toBuilder().setName("attention_mask")));

        assertRefused("expected the input input_ids and no other, but was [attention_mask, input_ids] ("
                + model.resolve("text_encoder/model.onnx") + ")");
    }

    @Test
    void load_inputOfAnotherTypeOrShape_isNamed() throws IOException {
        edit("text_encoder", graph -> setInput(graph, TensorProto.DataType.FLOAT, -1, -1));
        assertRefused("expected input_ids INT64[1, 7] or INT32, but was FLOAT[?, ?] ("
                + model.resolve("text_encoder/model.onnx") + ")");

        edit("text_encoder", graph -> setInput(graph, TensorProto.DataType.INT64, 2, 7));
        assertRefused("expected input_ids INT64[1, 7] or INT32, but was INT64[2, 7] ("
                + model.resolve("text_encoder/model.onnx") + ")");
    }

    @Test
    void load_otherOutputs_areNamed() throws IOException {
        edit("vae_encoder", graph -> rename(graph, "latent_parameters", "features"));

        assertRefused(
                "expected an output latent_parameters, moments, latent_mean or latent_sample, but was [features] ("
                        + model.resolve("vae_encoder/model.onnx") + ")");
    }

    @Test
    void load_halfOfAnAutoEncoder_isRefused() throws IOException {
        Files.delete(model.resolve("vae_encoder/model.onnx"));

        assertRefused("expected both halves of an auto-encoder, vae_encoder and vae_decoder, but was one without "
                + "model.onnx (" + model.resolve("vae_encoder") + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../unet/model", "/etc/passwd", "sub/data", "..", "*/_ORT_MEM_ADDR_/*", "C:data", ""})
    void load_weightsElsewhereThanBesideTheFile_areRefused(String location) throws IOException {
        relocate(location);

        assertRefused("expected the name of a file of weights beside the model, but was " + location + " ("
                + model.resolve("text_encoder/model.onnx") + ")");
    }

    @Test
    void load_weightsThatAreMissing_areNamed() throws IOException {
        relocate("other.data");

        assertRefused("expected the file of weights other.data beside the model, but was no such file ("
                + model.resolve("text_encoder/model.onnx") + ")");
    }

    @Test
    void load_linkThatLeadsOut_isRefused() throws IOException {
        Path data = model.resolve("vae_decoder/model.onnx.data");
        Files.delete(data);
        Files.createSymbolicLink(data, exported.resolve("vae_decoder/model.onnx.data"));

        assertThatThrownBy(() -> Backbone.load(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected links within the model folder, but was one to ");
    }

    @Test
    void load_operatorThatIsUnknown_isRefusedWithTheFile() throws IOException {
        edit("text_encoder", graph -> graph.getNodeBuilder(0).setOpType("Unheard"));

        assertThatThrownBy(() -> Backbone.load(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected an ONNX model that ONNX Runtime loads, but was: ")
                .hasMessageContaining("Unheard")
                .hasMessageEndingWith("(" + model.resolve("text_encoder/model.onnx") + ")");
    }

    /** ONNX Runtime 1.29 ends the process when it loads such a file. */
    @Test
    void load_axisFarOutOfRange_isRefusedBeforeOnnxRuntimeSeesIt() throws IOException {
        edit(
                "text_encoder",
                graph -> graph.getNodeBuilderList().stream()
                        .filter(node -> node.getOpType().equals("LayerNormalization"))
                        .forEach(node -> node.getAttributeBuilderList().stream()
                                .filter(attribute -> attribute.getName().equals("axis"))
                                .forEach(attribute -> attribute.setI(Long.MAX_VALUE))));

        assertRefused("expected an ONNX model, whole, but was: no axis in a tensor's range where there should be ("
                + model.resolve("text_encoder/model.onnx") + ")");
    }

    @Test
    void load_fileThatIsCutOff_isRefused() throws IOException {
        Path file = model.resolve("text_encoder/model.onnx");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> Backbone.load(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected an ONNX model, whole, but was: ")
                .hasMessageEndingWith("(" + file + ")");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Backbone.load(model))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    // --- editing ---

    private void edit(String network, Consumer<GraphProto.Builder> change) throws IOException {
        Path file = model.resolve(network).resolve("model.onnx");
        ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(proto.getGraphBuilder());
        Files.write(file, proto.build().toByteArray());
    }

    private void relocate(String location) throws IOException {
        edit("text_encoder", graph -> {
            for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
                for (StringStringEntryProto.Builder entry : tensor.getExternalDataBuilderList()) {
                    if (entry.getKey().equals("location")) {
                        entry.setValue(location);
                    }
                }
            }
        });
    }

    private static void setInput(GraphProto.Builder graph, TensorProto.DataType type, int... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int size : sizes) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (size < 0) {
                dimension.setDimParam("open" + shape.getDimCount());
            } else {
                dimension.setDimValue(size);
            }
        }
        graph.getInputBuilder(0)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)));
    }

    private static void castInput(GraphProto.Builder graph, String name, TensorProto.DataType to) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int index = 0; index < node.getInputCount(); index++) {
                if (node.getInput(index).equals(name)) {
                    node.setInput(index, name + "_cast");
                }
            }
        }
        graph.addNode(0, cast(name, name + "_cast", to));
    }

    private static void castOutput(GraphProto.Builder graph, TensorProto.DataType to) {
        ValueInfoProto.Builder output = graph.getOutputBuilder(0);
        String name = output.getName();
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int index = 0; index < node.getOutputCount(); index++) {
                if (node.getOutput(index).equals(name)) {
                    node.setOutput(index, name + "_float");
                }
            }
        }
        graph.addNode(cast(name + "_float", name, to));
        output.getTypeBuilder().getTensorTypeBuilder().setElemType(to.getNumber());
    }

    private static NodeProto cast(String from, String to, TensorProto.DataType type) {
        return NodeProto.newBuilder()
                .setOpType("Cast")
                .addInput(from)
                .addOutput(to)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("to")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(type.getNumber()))
                .build();
    }

    private static void rename(GraphProto.Builder graph, String from, String to) {
        graph.getOutputBuilder(0).setName(to);
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int index = 0; index < node.getOutputCount(); index++) {
                if (node.getOutput(index).equals(from)) {
                    node.setOutput(index, to);
                }
            }
        }
    }
}
