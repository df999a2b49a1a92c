package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Exports for any runtime, of a model of each version, with the ordinary export of the same. */
class StandardExportTest {

    /** The same in other operators: products are summed in another order. */
    private static final double SAME = 1e-5;

    private static final int FRAMES = 3;
    private static final FrameSize SIZE = new FrameSize(16, 12);

    /** What the networks are written in; each is in operator set 18 of ONNX's own domain, as ONNX Runtime checks. */
    private static final Set<String> OPERATORS = Set.of(
            "Add",
            "Cast",
            "Clip",
            "Concat",
            "Conv",
            "Cos",
            "Div",
            "Erf",
            "Exp",
            "Expand",
            "Gather",
            "Identity",
            "InstanceNormalization",
            "LayerNormalization",
            "MatMul",
            "Mul",
            "Pad",
            "ReduceMean",
            "Reshape",
            "Sigmoid",
            "Sin",
            "Slice",
            "Softmax",
            "Split",
            "Sub",
            "Transpose");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void export() throws IOException {
        for (TwoForms form : TwoForms.values()) {
            Path model = form.writeFolder(place(form), StoredPrecision.FLOAT32);
            try (Backbone backbone = Backbone.load(model)) {
                OnnxExport export = new OnnxExport(FRAMES, SIZE);
                export.write(backbone, Optional.empty(), place(form).resolve("ordinary"));
                export.writeStandard(backbone, Optional.empty(), place(form).resolve("standard"));
            }
        }
    }

    private static Path place(TwoForms form) {
        return folder.resolve(form.name());
    }

    private static ModelProto proto(String form, String network) throws IOException {
        return ModelProto.parseFrom(
                Files.readAllBytes(place(TwoForms.valueOf(form)).resolve("standard/" + network + "/model.onnx")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERSION_1", "VERSION_2"})
    void writeStandard_everyNode_isOfOnnxsOwnDomain(String form) throws IOException {
        for (String network : List.of("text_encoder", "vae_encoder", "vae_decoder", "unet")) {
            ModelProto model = proto(form, network);

            assertThat(model.getOpsetImportList())
                    .extracting(OperatorSetIdProto::getDomain, OperatorSetIdProto::getVersion)
                    .as(network)
                    .containsExactly(tuple("", 18L));
            assertThat(model.getGraph().getNodeList())
                    .as(network)
                    .isNotEmpty()
                    .allSatisfy(node -> {
                        assertThat(node.getDomain()).isEmpty();
                        assertThat(node.getOpType()).isIn(OPERATORS);
                    })
                    .extracting(NodeProto::getOpType)
                    .contains("Softmax");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERSION_1", "VERSION_2"})
    void writeStandard_outputs_areThoseOfTheOrdinaryExport(String form) throws OrtException {
        Path ordinary = place(TwoForms.valueOf(form)).resolve("ordinary");
        Path standard = place(TwoForms.valueOf(form)).resolve("standard");
        Map<String, FloatTensor> image = Map.of("sample", random(1, 3, 12, 16));
        Map<String, FloatTensor> latent = Map.of("latent_sample", random(1, 4, 6, 8));
        Map<String, int[]> ids = Map.of("input_ids", new int[] {518, 3, 40, 7, 519, 519, 519});
        Map<String, FloatTensor> noisy =
                Map.of("sample", random(1, 4, FRAMES, 6, 8), "encoder_hidden_states", random(1, 7, 64));
        Map<String, int[]> timestep = Map.of("timestep", new int[] {321});

        Map<String, FloatTensor> moments = ExportedRun.of(ordinary.resolve("vae_encoder"), image, Map.of());
        assertSame(
                ExportedRun.of(standard.resolve("vae_encoder"), image, Map.of()),
                Map.of(
                        "latent_parameters",
                        FloatTensor.concat(
                                1, List.of(moments.get("latent_mean"), moments.get("latent_log_variance")))));
        assertSame(
                ExportedRun.of(standard.resolve("vae_decoder"), latent, Map.of()),
                ExportedRun.of(ordinary.resolve("vae_decoder"), latent, Map.of()));
        assertSame(
                ExportedRun.of(standard.resolve("text_encoder"), Map.of(), ids),
                ExportedRun.of(ordinary.resolve("text_encoder"), Map.of(), ids));
        assertSame(
                ExportedRun.of(standard.resolve("unet"), noisy, timestep),
                ExportedRun.of(ordinary.resolve("unet"), noisy, timestep));
    }

    private static FloatTensor random(int... sizes) {
        return RandomSource.stream(3, "export", 0).gaussian(Shape.of(sizes));
    }

    private static void assertSame(Map<String, FloatTensor> actual, Map<String, FloatTensor> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, value) ->
                assertThat(Fixture.error(value, expected.get(name))).as(name).isLessThan(SAME));
    }

    @Test
    void writeStandard_metadata_sayWhatARuntimeMustBeGiven() throws IOException {
        assertThat(notes(proto("VERSION_2", "unet")))
                .containsOnly(
                        Map.entry("input.sample", "float[1, 4, 3, 6, 8]"),
                        Map.entry("input.timestep", "int64[1]"),
                        Map.entry("input.encoder_hidden_states", "float[1, 7, 64]"),
                        Map.entry("output.out_sample", "float[1, 4, 3, 6, 8]"),
                        Map.entry("latent_scaling_factor", "0.18215"),
                        Map.entry("frame_count", "3"),
                        Map.entry("frame_size", "16x12"),
                        Map.entry("prediction_type", "v_prediction"));
        assertThat(notes(proto("VERSION_1", "vae_encoder")))
                .containsEntry("output.latent_parameters", "float[1, 8, 6, 8]")
                .containsEntry("prediction_type", "epsilon");
    }

    private static Map<String, String> notes(ModelProto model) {
        return model.getMetadataPropsList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    }

    @Test
    void writeStandard_restOfTheFolder_isReadBackAsTheModels() throws IOException {
        Path standard = place(TwoForms.VERSION_2).resolve("standard");
        Path model = place(TwoForms.VERSION_2).resolve("diffusers");

        assertThat(ClipTextConfig.read(standard.resolve("text_encoder/config.json")))
                .isEqualTo(TwoForms.VERSION_2.config().text());
        for (String half : List.of("vae_encoder", "vae_decoder")) {
            assertThat(VaeConfig.read(standard.resolve(half + "/config.json")))
                    .isEqualTo(TwoForms.VERSION_2.config().vae());
        }
        assertThat(VideoUNetConfig.read(standard.resolve("unet/config.json")))
                .isEqualTo(TwoForms.VERSION_2.config().unet());
        for (String file : List.of("tokenizer/vocab.json", "tokenizer/merges.txt", "scheduler/scheduler_config.json")) {
            assertThat(standard.resolve(file)).hasSameTextualContentAs(model.resolve(file));
        }
        assertThat(standard.resolve("model_index.json"))
                .content()
                .contains("OnnxStableDiffusionPipeline", "vae_encoder", "vae_decoder", "CLIPTokenizer");
    }

    @Test
    void writeStandard_predictionTypeThatIsGiven_isInScheduleAndMetadata() throws IOException {
        Path output = folder.resolve("given");
        Path model = place(TwoForms.VERSION_1).resolve("diffusers");

        try (Backbone backbone = Backbone.load(model, Device.cpu(), PredictionType.V_PREDICTION)) {
            new OnnxExport(FRAMES, SIZE).writeStandard(backbone, Optional.empty(), output);
        }

        assertThat(output.resolve("scheduler/scheduler_config.json")).content().contains("v_prediction");
        assertThat(notes(ModelProto.parseFrom(Files.readAllBytes(output.resolve("unet/model.onnx")))))
                .containsEntry("prediction_type", "v_prediction");
    }

    @Test
    void load_folderOfAnExport_saysThatTheUNetMustBeWeights() {
        Path unet = place(TwoForms.VERSION_1).resolve("standard/unet");

        assertThatThrownBy(() -> Backbone.load(unet.getParent()))
                .hasMessage(
                        "expected weights of the UNet, diffusion_pytorch_model.safetensors, but was an ONNX file only ("
                                + unet
                                + "); only text encoder and auto-encoder are taken as ONNX files, as LAMP changes the UNet");
    }
}
