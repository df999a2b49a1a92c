package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.Backbone;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Words that the base model is taught by files. */
final class EmbeddingOption {

    @Option(
            names = "--embedding",
            paramLabel = "FILE[=WORD]",
            description =
                    "A textual inversion embedding, .safetensors, .pt or .bin, and the word that stands for it in "
                            + "prompts and captions; without WORD, the one that the file gives it. Give one --embedding for each.")
    private List<String> embeddings = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Returns the model with the words, in place of what it was given, which is closed. */
    Backbone addTo(Backbone backbone) throws IOException {
        Backbone taught = backbone;
        for (String embedding : embeddings) {
            try (Backbone before = taught) {
                taught = OptionTypes.fromOptions(spec, () -> with(before, embedding));
            }
        }
        return taught;
    }

    private static Backbone with(Backbone backbone, String embedding) throws IOException {
        int sign = embedding.lastIndexOf('=');
        return sign < 0
                ? backbone.withEmbedding(Path.of(embedding))
                : backbone.withEmbedding(Path.of(embedding.substring(0, sign)), embedding.substring(sign + 1));
    }
}
