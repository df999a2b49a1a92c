package org.lamp4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.Validation;

class LampConfigTest {

    private static final Path SAMPLE = Path.of("../docs/horse_run.yaml");

    @TempDir
    private Path folder;

    private LampConfig read(String text) throws IOException {
        return LampConfig.read(Files.writeString(folder.resolve("lamp.yaml"), text));
    }

    @Test
    void read_sample_everySettingArrives() throws IOException {
        LampConfig config = LampConfig.read(SAMPLE);

        assertThat(config.model()).contains(Path.of("stable-diffusion-v1-4"));
        assertThat(config.clips()).contains(Path.of("horse_run"));
        assertThat(config.outputFolder()).contains(Path.of("outputs/horse_run"));
        assertThat(config.precision()).contains(Precision.FLOAT16);
        assertThat(config.unusedKeys())
                .containsExactly(
                        "train_data.sample_start_idx", "use_8bit_adam", "enable_xformers_memory_efficient_attention");
    }

    @Test
    void read_sample_trainingOptions() throws IOException {
        TrainingOptions training = LampConfig.read(SAMPLE).training();

        assertThat(training.steps()).isEqualTo(15_000);
        assertThat(training.window().frameCount()).isEqualTo(16);
        assertThat(training.window().frameSize()).isEqualTo(new FrameSize(512, 320));
        assertThat(training.window().frameStride()).isEqualTo(2);
        assertThat(training.optimizer().learningRate()).isEqualTo(3e-5f);
        assertThat(training.parameters().trainableModules())
                .containsExactly("attn1.to_q", "attn_temp", "conv1d", "conv_gate");
        assertThat(training.seed()).isEqualTo(33);
        assertThat(training.gradientCheckpointing()).isEqualTo(GradientCheckpointing.ALWAYS);
        assertThat(training.checkpoints())
                .contains(new TrainingOptions.Checkpoints(Path.of("outputs/horse_run/checkpoints"), 1000, 3));
    }

    @Test
    void read_sample_validation() throws IOException {
        LampConfig.ValidationData validation = LampConfig.read(SAMPLE).validation();

        assertThat(validation.everySteps()).hasValue(5000);
        assertThat(validation.images()).containsExactly(Path.of("benchmark/horse_run"));
        assertThat(validation.prompts()).containsExactly("a horse runs on the Mars", "a horse runs in the desert");
        assertThat(validation.options().frameCount()).isEqualTo(16);
        assertThat(validation.options().frameSize()).isEqualTo(new FrameSize(512, 320));
        assertThat(validation.options().sampling().steps()).isEqualTo(50);
        assertThat(validation.options().sampling().guidanceScale()).isEqualTo(12.5f);
        assertThat(validation.options().seed()).isEqualTo(33);
    }

    @Test
    void read_everyOptimiserSetting_arrives() throws IOException {
        LampConfig config = read("""
                adam_beta1: 0.5
                adam_beta2: .25
                adam_epsilon: 1e-3
                adam_weight_decay: 0
                max_grad_norm: 2
                gradient_accumulation_steps: 4
                train_batch_size: 3
                mixed_precision: no
                train_data: {width: 64}
                """);

        assertThat(config.training().optimizer())
                .isEqualTo(new TrainingOptions.Optimizer(
                        3e-5f, LearningRateSchedule.constant(), 0.5f, 0.25f, 1e-3f, 0, 2));
        assertThat(config.training().batches().gradientAccumulation()).isEqualTo(4);
        assertThat(config.training().batches().batchSize()).isEqualTo(3);
        assertThat(config.training().window().frameSize()).isEqualTo(new FrameSize(64, 320));
        assertThat(config.precision()).contains(Precision.FLOAT32);
    }

    @Test
    void read_inversion_onlyWhereItIsAskedFor() throws IOException {
        assertThat(read("validation_data: {use_inv_latent: True, num_inv_steps: 20}")
                        .validation()
                        .inversionSteps())
                .hasValue(20);
        assertThat(read("validation_data: {use_inv_latent: True, num_inference_steps: 30}")
                        .validation()
                        .inversionSteps())
                .hasValue(30);
        assertThat(read("validation_data: {use_inv_latent: False, num_inv_steps: 20}")
                        .validation()
                        .inversionSteps())
                .isEmpty();
        assertThat(LampConfig.read(SAMPLE).validation().inversionSteps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, ALWAYS", "True, ALWAYS", "on, ALWAYS", "false, AS_NEEDED", "False, AS_NEEDED", "no, AS_NEEDED"})
    void read_gradientCheckpointing_inAllWordsOfYaml(String word, GradientCheckpointing expected) throws IOException {
        assertThat(read("gradient_checkpointing: " + word).training().gradientCheckpointing())
                .isEqualTo(expected);
    }

    @Test
    void read_keyWithoutValue_isAsIfItWereNotThere() throws IOException {
        LampConfig config = read("output_dir:\nseed: null\nvalidation_data:\n  prompts: []\n  image_path: ~\n");

        assertThat(config.outputFolder()).isEmpty();
        assertThat(config.training().seed()).isZero();
        assertThat(config.training().checkpoints()).isEmpty();
        assertThat(config.validation().everySteps()).isEmpty();
        assertThat(config.validation().prompts()).isEmpty();
    }

    @Test
    void read_validationOfNoSizeOfItsOwn_hasThatOfTheTraining() throws IOException {
        LampConfig config = read("train_data:\n  n_sample_frames: 5\n  width: 64\n  height: 32\n");

        assertThat(config.validation().options().frameCount()).isEqualTo(5);
        assertThat(config.validation().options().frameSize()).isEqualTo(new FrameSize(64, 32));
    }

    @Test
    void examples_imageAndPrompts_areRead() throws IOException {
        Path image = Files.write(folder.resolve("a_cat.pixel"), new byte[] {1, 2, 3});
        String images = "validation_data:\n  image_path: " + image + "\n";

        assertThat(read(images).validation().examples())
                .extracting(Validation.Example::prompt)
                .containsExactly("a cat");
        List<Validation.Example> prompted =
                read(images + "  prompts: [one, two]\n").validation().examples();
        assertThat(prompted).extracting(Validation.Example::prompt).containsExactly("one", "two");
        assertThat(prompted)
                .extracting(Validation.Example::firstFrame)
                .extracting(RgbImage::toRgbBytes)
                .containsOnly(new byte[] {1, 2, 3});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed: 1\\nlearning_rat: 1|expected a known key, but was learning_rat, the nearest is learning_rate|2",
                "train_data:\\n  widht: 1|expected a known key, but was train_data.widht, the nearest is train_data.width|2",
                "max_train_steps: many|expected max_train_steps to be a whole number, but was many|1",
                "max_train_steps: 1.5|expected max_train_steps to be a whole number, but was 1.5|1",
                "max_train_steps: 99999999999|expected max_train_steps to be a whole number, but was 99999999999|1",
                "learning_rate: fast|expected learning_rate to be a number, but was fast|1",
                "learning_rate: NaN|expected learning_rate to be a number, but was NaN|1",
                "\\n\\nmixed_precision: bf16|expected mixed_precision to be no or fp16, but was bf16|3",
                "validation_steps: 0|expected validation_steps to be 1 or more, but was 0|1",
                "gradient_checkpointing: maybe|expected gradient_checkpointing to be true or false, but was maybe|1",
                "validation_data:\\n  use_inv_latent: 2|expected validation_data.use_inv_latent to be true or false, but was 2|2",
                "validation_data: {num_inv_steps: 0}|expected validation_data.num_inv_steps to be 1 or more, but was 0|1",
                "seed: [1, 2]|expected seed to be a single value, but was [1, 2]|1",
                "seed: {a: 1}|expected a known key, but was seed.a, the nearest is seed|1",
                "seed: 1\\nseed: 2|expected seed once, but was there again|2",
                "train_data:\\n  width:\\n    a: 1|expected train_data.width to be a value or a list of values, but was a group|3",
                "trainable_modules: [[a]]|expected values in the list trainable_modules, but was a list|1",
                "- 1|expected settings like learning_rate: 3e-5, but was a list|1",
                "# nothing|expected settings, but was nothing|1",
                "seed: 1\\n---\\nseed: 2|expected a single document, but was a group|3"
            })
    void read_wrongFile_isRefusedWithItsLine(String text, String message, int line) {
        assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
                .isInstanceOf(IOException.class)
                .hasMessage(message + " (" + folder.resolve("lamp.yaml") + ", line " + line + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_train_steps: 0|expected 1 or more steps, but was 0|max_train_steps",
                "train_batch_size: -1|expected 1 or more clips in a batch, but was -1|train_batch_size",
                "adam_beta2: 1|expected beta2 from 0 to below 1, but was 1.0|adam_beta2",
                "validation_data: {guidance_scale: -1}|expected a guidance scale of 0 or more, but was -1.0|validation_data.guidance_scale",
                "train_data: {height: 0}|expected a frame of at least 1x1 pixels, but was 512x0|train_data.height"
            })
    void read_valueOutOfRange_isRefusedWithKeyAndLine(String text, String message, String key) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessage(message + " (" + key + ", " + folder.resolve("lamp.yaml") + ", line 1)");
    }

    @Test
    void read_noYaml_saysSo() {
        assertThatThrownBy(() -> read("seed: 1\n  seed: [\n"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected YAML, but was: ")
                .hasMessageEndingWith("(" + folder.resolve("lamp.yaml") + ", line 2)");
    }

    @Test
    void read_bombOfAliases_isRefusedAtTheFirst() {
        String bomb = "a: &a [x, x]\n"
                + IntStream.range(0, 20)
                        .mapToObj(i -> "b" + i + ": &b" + i + " [*a, *a]\n")
                        .collect(Collectors.joining());

        assertThatThrownBy(() -> read(bomb))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a value, but was the alias *a (" + folder.resolve("lamp.yaml") + ", line 2)");
    }

    @Test
    void read_objectToMake_isRefused() {
        assertThatThrownBy(() -> read("seed: !!javax.script.ScriptEngineManager [http://localhost]\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a value without a tag, but was one of the type"
                        + " tag:yaml.org,2002:javax.script.ScriptEngineManager (" + folder.resolve("lamp.yaml")
                        + ", line 1)");
    }

    @Test
    void read_nestedWithoutEnd_isRefusedSoon() {
        assertThatThrownBy(() -> read("seed: " + "[".repeat(500_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected values in the list seed, but was a list");
    }

    @Test
    void read_fileOfMegabytes_isRefusedBeforeItIsRead() {
        assertThatThrownBy(() -> read("#".repeat((1 << 20) + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected a file of at most 1048576 bytes");
    }
}
