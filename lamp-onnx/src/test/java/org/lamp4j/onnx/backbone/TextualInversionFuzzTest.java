package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.weights.EmbeddingFiles;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** An embedding, in the form that has most beside its vectors. */
class TextualInversionFuzzTest extends ReaderFuzzTest {

    private static final ClipTextConfig TEXT = new ClipTextConfig(520, 7, 8, 16, 1, 1, 1e-5f, Activation.GELU);

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path file = folder.resolve("embedding.pt");
        EmbeddingFiles.write(file, "a name", FloatTensor.generate(Shape.of(2, 8), index -> index));
        return List.of(file);
    }

    @Override
    protected void read(Path file) throws IOException {
        for (TextualInversion.Embedding embedding : TextualInversion.read(file, Optional.empty(), TEXT)) {
            embedding.withTokensFrom(520);
        }
    }
}
