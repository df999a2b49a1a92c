package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.AddedWord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class EmbeddingOptionTest {

    @TempDir
    private Path folder;

    private Backbone backbone;
    private Path file;

    @Command
    private static final class Line {

        @Mixin
        private EmbeddingOption embedding;
    }

    @BeforeEach
    void openModel() throws IOException {
        backbone = Backbone.load(CommandRun.model());
        int width = backbone.encodePrompt("").shape().size(2);
        file = folder.resolve("embedding.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(StoredTensor.copyOf("<own name>", FloatTensor.zeros(Shape.of(2, width)))),
                Map.of(),
                StoredType.F32);
    }

    private Backbone taught(String... arguments) throws IOException {
        Line line = new Line();
        new CommandLine(line).parseArgs(arguments);
        return line.embedding.addTo(backbone);
    }

    @Test
    void addTo_wordsGivenOrNot_areAddedToTheModel() throws IOException {
        try (Backbone taught = taught("--embedding", file + "=cat-toy", "--embedding", file.toString())) {
            assertThat(taught.tokenizer().addedWordsIn("a <Own Name> and a CAT-TOY"))
                    .extracting(AddedWord::word)
                    .containsExactly("<own name>", "cat-toy");
        }
    }

    @Test
    void addTo_noOption_isTheSameModel() throws IOException {
        try (Backbone taught = taught()) {
            assertThat(taught).isSameAs(backbone);
        }
    }

    @Test
    void addTo_wordIsBlank_isAnErrorOfTheCommandLineAndTheModelIsClosed() {
        assertThatThrownBy(() -> taught("--embedding", file + "="))
                .isInstanceOf(ParameterException.class)
                .hasMessage("expected a word for an embedding, but was ''");
        assertThatIllegalStateException().isThrownBy(backbone::model);
    }
}
