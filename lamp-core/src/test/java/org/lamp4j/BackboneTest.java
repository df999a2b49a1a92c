package org.lamp4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.BackendMissingException;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.generation.pipeline.PromptEncoder;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.spi.SingleFileModel.Vocabulary;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.Fixture;
import org.lamp4j.text.AddedWord;
import org.lamp4j.text.ClipTokenizer;

class BackboneTest {

    @TempDir
    Path folder;

    private final FakeBackboneModel model = new FakeBackboneModel();

    private static Path folder() {
        return Fixture.open("sd14-mini").model(".").normalize();
    }

    private Backbone open() throws IOException {
        return Backbone.open(folder(), Device.cpu(), (folder, device) -> model);
    }

    @Test
    void load_noBackendInstalled_namesTheArtifactToAdd() {
        assertThatExceptionOfType(BackendMissingException.class)
                .isThrownBy(() -> Backbone.load(folder()))
                .withMessage("expected a backend on the class path, but there is none; add org.lamp4j:lamp-onnx");
    }

    @Test
    void open_directoryAndDevice_reachTheProvider() throws IOException {
        List<Object> asked = new ArrayList<>();

        Backbone backbone = Backbone.open(folder(), Device.cuda(1), (folder, device) -> {
            asked.add(folder);
            asked.add(device.index());
            return model;
        });

        assertThat(asked).containsExactly(folder(), 1);
        assertThat(backbone.path()).isEqualTo(folder());
        assertThat(backbone.model()).isSameAs(model);
        assertThat(backbone.model().latentCodec()).isSameAs(model.latentCodec());
        assertThat(backbone.fingerprint()).isEqualTo(backbone.base().value()).matches("v2:sha256:[0-9a-f]{64}");
        assertThat(backbone.noiseSchedule().trainTimesteps()).isEqualTo(1000);
        assertThat(backbone.tokenizer().maxLength()).isEqualTo(16);
    }

    @Test
    void usePreviewDecoder_givenOrInTheModelsFolder_isOpenedByTheBackend() throws IOException {
        Backbone backbone = open();
        assertThat(model.previewDecoders()).isEmpty();
        Path missing = folder.resolve("missing");

        backbone.usePreviewDecoder(folder);

        assertThat(model.previewDecoders()).containsExactly(folder);
        assertThatThrownBy(() -> backbone.usePreviewDecoder(missing)).isInstanceOf(IOException.class);
        Path copy = folder.resolve("model");
        for (String part : List.of("tokenizer", "scheduler")) {
            Files.createDirectories(copy.resolve(part));
            try (Stream<Path> files = Files.list(folder().resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Files.createDirectory(copy.resolve("taesd"));
        Backbone.open(copy, Device.cpu(), (path, device) -> model);
        assertThat(model.previewDecoders()).containsExactly(folder, copy.resolve("taesd"));
    }

    @Test
    void open_missingDirectory_isNamed() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> Backbone.open(missing, Device.cpu(), (folder, device) -> model))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a model folder or file, but " + missing + " does not exist");
    }

    @Test
    void open_file_isNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("model.ckpt"));

        assertThatThrownBy(() -> Backbone.open(file, Device.cpu(), (folder, device) -> model))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a model folder, but " + file + " is a file");
    }

    @Test
    void open_singleFile_hasTheLibrarysTokenizerAndTheFilesSchedule() throws IOException {
        Path file = Files.createFile(folder.resolve("model.safetensors"));
        model.singleFile(singleFile(Vocabulary.OPEN_CLIP, 49_408));

        Backbone backbone = Backbone.open(file, Device.cpu(), (path, device) -> model);

        assertThat(backbone.path()).isEqualTo(file);
        assertThat(backbone.noiseSchedule().predictionType()).isEqualTo(PredictionType.V_PREDICTION);
        assertThat(backbone.tokenizer().encode("a")).startsWith(49_406, 320, 49_407, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer", "."})
    void open_singleFileOfAnotherVocabulary_takesTheTokenizerBesideIt(String place) throws IOException {
        Path file = Files.createFile(folder.resolve("model.safetensors"));
        model.singleFile(singleFile(Vocabulary.CLIP, 600));
        ClipTokenizer.untrained(600, 9).write(folder.resolve(place));

        Backbone backbone = Backbone.open(file, Device.cpu(), (path, device) -> model);

        assertThat(backbone.tokenizer().maxLength()).isEqualTo(9);
    }

    @Test
    void open_singleFileOfAnotherVocabularyAlone_saysWhatToPutWhere() throws IOException {
        Path file = Files.createFile(folder.resolve("model.safetensors"));
        model.singleFile(singleFile(Vocabulary.CLIP, 600));

        assertThatThrownBy(() -> Backbone.open(file, Device.cpu(), (path, device) -> model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a text encoder of CLIP's 49408 tokens, or its own vocab.json and merges.txt in "
                        + folder.resolve("tokenizer") + " or beside the file, but was 600 tokens and no such files ("
                        + file + ")");
        assertThat(model.closings()).isEqualTo(1);
    }

    private static SingleFileModel singleFile(Vocabulary vocabulary, int size) {
        return new SingleFileModel(NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION), vocabulary, size);
    }

    @Test
    void open_directoryWithoutTokenizer_namesTheFile() {
        assertThatThrownBy(() -> Backbone.open(folder, Device.cpu(), (folder, device) -> model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        folder.resolve("tokenizer").resolve("vocab.json").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer", "scheduler", "text_encoder", "vae", "unet"})
    void open_linkOutOfTheFolder_isRefused(String name) throws IOException {
        Path other = Files.createDirectory(folder.resolve("model"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try {
            Files.createSymbolicLink(other.resolve(name), elsewhere.toAbsolutePath());
        } catch (FileSystemException | UnsupportedOperationException e) {
            abort("no symbolic links here: " + e.getMessage());
        }

        assertThatThrownBy(() -> Backbone.open(other, Device.cpu(), (folder, device) -> model))
                .isInstanceOf(IOException.class)
                .hasMessage("expected links within the model folder, but was one to " + elsewhere.toRealPath() + " ("
                        + other.resolve(name) + "); copy the file to its place if you trust it");
    }

    @Test
    void encodePrompt_prompt_goesThroughTheTokenizer() throws IOException {
        try (Backbone backbone = open()) {
            assertThat(backbone.encodePrompt("a horse").shape()).isEqualTo(Shape.of(1, 16, 1));
            assertThat(model.encodedPrompts().get(0))
                    .containsExactly(backbone.tokenizer().encode("a horse"));
        }
    }

    @Test
    void encodePrompt_longPrompt_isLogged() throws IOException {
        try (LoggedMessages messages = LoggedMessages.of(PromptEncoder.class);
                Backbone backbone = open()) {
            backbone.encodePrompt("x ".repeat(20));
            backbone.encodePrompt("x");
            backbone.encodePrompt("two\nlines \u009b31mred " + "x".repeat(100));

            assertThat(messages.all())
                    .containsExactly(
                            "expected a prompt of at most 16 tokens, but was 22; its end is cut off; prompts, "
                                    + "not captions, are read whole with PromptSyntax.WEIGHTED (--prompt-weights): "
                                    + "x ".repeat(20).strip(),
                            "expected a prompt of at most 16 tokens, but was 114; its end is cut off; prompts, "
                                    + "not captions, are read whole with PromptSyntax.WEIGHTED (--prompt-weights): two lines ?31mred "
                                    + "x".repeat(62) + "…");
        }
    }

    @Test
    void withEmbedding_word_becomesItsOwnTokensInANewBackbone() throws IOException {
        model.teaches(new AddedWord("<cat>", 9000, 2, "sha256:ab"));
        Backbone before = open();

        Backbone backbone = before.withEmbedding(Path.of("cat.bin"));

        assertThat(backbone.tokenizer().encode("<CAT>"))
                .startsWith(before.tokenizer().encode("")[0], 9000, 9001);
        assertThat(before.tokenizer().encode("<CAT>")).doesNotContain(9000);
        backbone.close();
        assertThat(model.closings()).isEqualTo(1);
        assertThat(before.model()).isSameAs(model);
    }

    @Test
    void withEmbedding_fails_whatWasOpenedIsClosed() throws IOException {
        Backbone damaged = open();
        assertThatThrownBy(() -> damaged.withEmbedding(Path.of("damaged"))).hasMessage("damaged");
        assertThat(model.closings()).isZero();

        model.teaches(new AddedWord("x", 9000, 1, ""), new AddedWord("X", 9001, 1, ""));
        Backbone twice = open();
        assertThatThrownBy(() -> twice.withEmbedding(Path.of("x.bin"), "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a word that is not taken yet for an embedding, but was X");
        assertThat(model.closings()).isEqualTo(1);
    }

    @Test
    void close_twice_closesTheModelOnce() throws IOException {
        Backbone backbone = open();

        backbone.close();
        backbone.close();

        assertThat(model.closings()).isEqualTo(1);
        assertThat(backbone).hasToString("Backbone[" + folder() + ", closed]");
    }

    @Test
    void use_afterClose_isRefused() throws IOException {
        Backbone backbone = open();
        backbone.close();

        assertThatIllegalStateException()
                .isThrownBy(backbone::model)
                .withMessage("expected an open backbone, but it was closed (" + folder() + ")");
        assertThatIllegalStateException().isThrownBy(backbone::fingerprint);
        assertThatIllegalStateException().isThrownBy(() -> MotionPattern.untrained(backbone));
    }
}
