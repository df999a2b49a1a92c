package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.BaseMatch;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.backbone.TinyLora.Form;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;

/** A pattern that was trained on one model and is laid over a finetune of it, or over it with LoRA. */
class PatternOnOtherBaseTest {

    private static final String IN_PLACE = TinyLora.QUERY + ".weight";
    private static final List<String> QUERIES = List.of(
            "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight",
            "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight",
            "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.weight",
            "up_blocks.1.attentions.1.transformer_blocks.0.attn1.to_q.weight");

    /** Of a float32 sum of three numbers below 1. */
    private static final float ROUNDING = 3e-7f;

    /** Half a unit in the last place of float16, of differences. */
    private static final float HALF_PRECISION = 1 / 2048f;

    @TempDir
    private Path folder;

    private static Path model;
    private static Path finetune;
    private static Path original;
    private static TinyLora lora;
    private static MotionWeights trained;
    private static String fingerprint;

    private Path file;

    @BeforeAll
    static void train(@TempDir Path shared) throws IOException {
        model = TwoForms.VERSION_1.writeFolder(shared, StoredPrecision.FLOAT32);
        lora = new TinyLora(model);
        finetune = lora.merge(shared.resolve("finetune"), 1);
        original = shared.resolve("pattern.safetensors");
        try (Backbone backbone = Backbone.load(model)) {
            MotionPattern pattern =
                    TinyPattern.train(backbone, TinyPattern.options().build());
            pattern.save(original);
            trained = pattern.weights();
            fingerprint = backbone.fingerprint();
        }
    }

    @BeforeEach
    void copy() throws IOException {
        file = Files.copy(original, folder.resolve("pattern.safetensors"));
    }

    @Test
    void load_onItsOwnBase_isBitForBitTheSame() throws IOException {
        try (Backbone backbone = Backbone.load(model)) {
            for (BaseMatch match : BaseMatch.values()) {
                MotionPattern pattern = MotionPattern.load(backbone, file, match);
                assertThat(pattern.weights()).isEqualTo(trained);
                assertThat(pattern.provenance()).doesNotContainKey("trained_on_fingerprint");
            }
        }
    }

    @Test
    void load_onAFinetune_isRefusedUnlessAskedFor() throws IOException {
        try (Backbone other = Backbone.load(finetune)) {
            assertThatThrownBy(() -> MotionPattern.load(other, file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected a pattern of the base model " + other.fingerprint() + ", but was one of "
                            + fingerprint + " with another network (" + file + ")");
        }
    }

    @Test
    void load_onAFinetune_addsTheDifferencesToItsWeights() throws IOException {
        try (Backbone own = Backbone.load(model);
                Backbone other = Backbone.load(finetune)) {
            List<String> messages = new ArrayList<>();
            MotionPattern pattern =
                    logging(messages, () -> MotionPattern.load(other, file, BaseMatch.SAME_ARCHITECTURE));

            assertThat(messages)
                    .containsExactly(file + " was trained on the base model " + fingerprint + " and is laid over "
                            + other.fingerprint() + ", of the same architecture");
            assertMoved(pattern, own, other, ROUNDING, 0);
            assertThat(pattern.provenance())
                    .containsEntry("base_fingerprint", other.fingerprint())
                    .containsEntry("trained_on_fingerprint", fingerprint);
            assertThat(clip(pattern).provenance())
                    .containsEntry("base_fingerprint", other.fingerprint())
                    .containsEntry("trained_on_fingerprint", fingerprint);
        }
    }

    @Test
    void load_savedOnAFinetune_isThePatternThatIsLaidOverTheFirstBaseAgain() throws IOException {
        Path moved = folder.resolve("moved.safetensors");
        try (Backbone own = Backbone.load(model);
                Backbone other = Backbone.load(finetune)) {
            MotionPattern.load(other, file, BaseMatch.SAME_ARCHITECTURE).save(moved);

            assertThat(MotionPattern.load(other, moved).provenance())
                    .containsEntry("trained_on_fingerprint", fingerprint);
            MotionPattern back = MotionPattern.load(own, moved, BaseMatch.SAME_ARCHITECTURE);
            assertMoved(back, own, own, ROUNDING, 0);
        }
    }

    @Test
    void load_float16OnAFinetune_keepsTheDifferencesPrecision() throws IOException {
        Path half = folder.resolve("half.safetensors");
        try (Backbone own = Backbone.load(model);
                Backbone other = Backbone.load(finetune)) {
            MotionPattern.load(own, file).save(half, StoredPrecision.FLOAT16);

            MotionPattern pattern = MotionPattern.load(other, half, BaseMatch.SAME_ARCHITECTURE);
            assertMoved(pattern, own, other, ROUNDING, HALF_PRECISION);
        }
    }

    /** What was trained in place is the other base's plus what was learned; all else is as it was. */
    private void assertMoved(MotionPattern pattern, Backbone own, Backbone other, float absolute, float relative) {
        for (Parameter parameter : trained.parameters()) {
            FloatBuffer moved = pattern.weights().parameter(parameter.name()).values();
            boolean isInPlace = parameter.name().endsWith("attn1.to_q.weight");
            if (!isInPlace && relative == 0) {
                assertThat(moved).as(parameter.name()).isEqualTo(parameter.values());
            } else if (isInPlace) {
                FloatBuffer before = weight(own, parameter.name());
                FloatBuffer now = weight(other, parameter.name());
                for (int index = 0; index < moved.limit(); index++) {
                    double difference = (double) parameter.values().get(index) - before.get(index);
                    assertThat((double) moved.get(index))
                            .isCloseTo(now.get(index) + difference, within(absolute + relative * Math.abs(difference)));
                }
            }
        }
        assertThat(pattern.weights().parameter(IN_PLACE).values()).isNotEqualTo(weight(other, IN_PLACE));
    }

    private static FloatBuffer weight(Backbone backbone, String name) {
        return backbone.model()
                .freshMotion(List.of("attn1.to_q"), 0)
                .parameter(name)
                .values();
    }

    private static GenerationOptions generation() {
        return GenerationOptions.newBuilder()
                .frameSize(TinyPattern.SIZE)
                .frameCount(2)
                .steps(1)
                .build();
    }

    private static VideoClip clip(MotionPattern pattern) {
        return pattern.generate("ox", TinyPattern.image(0), generation());
    }

    @Test
    void load_withLora_warnsAndAddsTheDifferencesToTheSums() throws IOException {
        Path style = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        try (Backbone own = Backbone.load(model);
                Backbone other = own.withLora(style, 0.8)) {
            List<String> messages = new ArrayList<>();
            MotionPattern pattern = logging(messages, () -> MotionPattern.load(other, file));

            String added = other.model().loras().get(0).toString();
            assertThat(messages)
                    .containsExactly(
                            file + " was trained with LoRA none, and is laid over its base model with " + added);
            assertMoved(pattern, own, other, ROUNDING, 0);
            assertThat(clip(pattern).provenance())
                    .containsEntry("base_fingerprint", other.fingerprint())
                    .containsEntry("base_loras", added)
                    .containsEntry("trained_on_fingerprint", fingerprint)
                    .containsEntry("trained_on_loras", "none");
        }
    }

    /** A second pass, with a pattern on its own base. */
    @Test
    void extend_clipOfAnotherBase_saysNothingOfThatBase() throws IOException {
        Path style = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        try (Backbone own = Backbone.load(model);
                Backbone other = own.withLora(style, 0.8)) {
            VideoClip clip = clip(MotionPattern.load(other, file));
            VideoClip longer = MotionPattern.load(own, file).extend(clip, "ox", new Extension(1, 1, 0), generation());

            assertThat(longer.provenance())
                    .containsEntry("base_fingerprint", own.fingerprint())
                    .doesNotContainKeys("base_loras", "trained_on_fingerprint", "trained_on_loras");
        }
    }

    @Test
    void load_trainedWithLora_saysWhichAndWarnsWithout() throws IOException {
        Path style = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        Path withStyle = folder.resolve("with-style.safetensors");
        try (Backbone own = Backbone.load(model);
                Backbone other = own.withLora(style, 0.8)) {
            MotionPattern pattern = MotionPattern.untrained(other);
            pattern.save(withStyle);
            String added = other.model().loras().get(0).toString();
            assertThat(pattern.provenance()).containsEntry("base_loras", added);
            List<String> messages = new ArrayList<>();

            assertThat(logging(messages, () -> MotionPattern.load(other, withStyle))
                            .weights())
                    .isEqualTo(pattern.weights());
            assertThat(messages).isEmpty();

            MotionPattern without = logging(messages, () -> MotionPattern.load(own, withStyle));
            assertThat(messages)
                    .containsExactly(withStyle + " was trained with LoRA " + added
                            + ", and is laid over its base model with none");
            assertThat(without.weights().parameter(IN_PLACE).values()).isEqualTo(weight(own, IN_PLACE));
        }
    }

    @Test
    void load_fileWithoutDifferences_namesTheParametersAndWhatToDo() throws IOException {
        withoutDifferences();
        try (Backbone other = Backbone.load(finetune)) {
            assertThatThrownBy(() -> MotionPattern.load(other, file, BaseMatch.SAME_ARCHITECTURE))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected a pattern that says how its parameters differ from its base model's, but was"
                            + " one that does not of 4: " + String.join(", ", QUERIES)
                            + "; load it on the base model it was trained on and save it anew (" + file + ")");
        }
    }

    @Test
    void load_fileWithoutDifferencesWithLora_warnsThatTheseStay() throws IOException {
        withoutDifferences();
        Path style = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        try (Backbone other = Backbone.load(model).withLora(style, 0.8)) {
            List<String> messages = new ArrayList<>();
            MotionPattern pattern = logging(messages, () -> MotionPattern.load(other, file));

            assertThat(messages).hasSize(1);
            assertThat(messages.get(0))
                    .endsWith("; these parameters stay as they were trained, as the file does not say how they differ"
                            + " from the base's: " + String.join(", ", QUERIES));
            assertThat(pattern.weights()).isEqualTo(trained);
        }
    }

    /** Writes the pattern as earlier versions did. */
    private void withoutDifferences() throws IOException {
        List<StoredTensor> tensors = LoraTest.tensors(file);
        int all = tensors.size();
        tensors.removeIf(tensor -> tensor.name().startsWith("difference/"));
        assertThat(all - tensors.size()).isEqualTo(QUERIES.size());
        Map<String, String> metadata;
        try (Backbone backbone = Backbone.load(model)) {
            metadata = new HashMap<>(MotionPattern.load(backbone, file).provenance());
        }
        metadata.remove("base_architecture");
        SafetensorsWriter.writeWithChecksum(file, tensors, metadata, StoredType.F32);
    }

    @Test
    void load_differenceOfAnotherShape_isRefused() throws IOException {
        List<StoredTensor> tensors = LoraTest.tensors(file);
        tensors.replaceAll(tensor ->
                tensor.name().equals("difference/" + IN_PLACE) ? tensor.as(tensor.name(), Shape.of(16, 64)) : tensor);
        try (Backbone backbone = Backbone.load(model)) {
            Map<String, String> metadata = MotionPattern.load(backbone, file).provenance();
            SafetensorsWriter.writeWithChecksum(file, tensors, metadata, StoredType.F32);
            assertThatThrownBy(() -> MotionPattern.load(backbone, file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected a difference of the shape of its parameter " + IN_PLACE
                            + ", but was [16, 64] (" + file + ")");
        }
    }

    @Test
    void load_onAnotherArchitectureOrPrediction_isRefused() throws IOException {
        Path second = TwoForms.VERSION_2.writeFolder(folder.resolve("second"), StoredPrecision.FLOAT32);
        try (Backbone other = Backbone.load(second);
                Backbone predictingV = Backbone.load(finetune, Device.cpu(), PredictionType.V_PREDICTION)) {
            assertThatThrownBy(() -> MotionPattern.load(other, file, BaseMatch.SAME_ARCHITECTURE))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith("expected a pattern of a base model with the architecture sha256:");
            assertThatThrownBy(() -> MotionPattern.load(predictingV, file, BaseMatch.SAME_ARCHITECTURE))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected a pattern of a base model with the prediction type v_prediction, but was"
                            + " epsilon (" + file + ")");
        }
    }

    @Test
    void load_folderOnAnyBase_isRefusedAsItSaysNothingOfItsOwn() throws IOException {
        Path whole = folder.resolve("whole");
        try (Backbone own = Backbone.load(model);
                Backbone other = Backbone.load(finetune)) {
            MotionPattern.load(own, file).saveVideoUNet(whole);
            assertThatThrownBy(() -> MotionPattern.load(other, whole, BaseMatch.SAME_ARCHITECTURE))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(
                            "load it on the base model it was trained on and save it anew (" + whole + ")");
        }
    }

    /** Reads a pattern. */
    private interface Loading {
        MotionPattern load() throws IOException;
    }

    private static MotionPattern logging(List<String> messages, Loading loading) throws IOException {
        Logger logger = Logger.getLogger("org.lamp4j.StoredPattern");
        logger.setFilter(logged -> {
            messages.add(new SimpleFormatter().formatMessage(logged));
            return false;
        });
        try {
            return loading.load();
        } finally {
            logger.setFilter(null);
        }
    }
}
