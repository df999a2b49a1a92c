package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.text.ClipTokenizer;

/**
 * A text-to-image model with random weights: it paints nothing, but takes the time and the memory of a real one of its
 * dimensions. For dry runs and measurements where the real weights are not at hand.
 *
 * <p>Weights are uniform in ±1/√fan-in, biases 0 and scales of norms 1, as in {@link RandomValues} but without its
 * zeros; activations stay small enough for float16. The tokenizer is {@linkplain ClipTokenizer#untrained untrained},
 * the noise schedule Stable Diffusion's.
 *
 * @param config dimensions of its networks
 * @param precision how weights are stored; float16 halves the size
 * @param seed where the weights come from; the same seed gives the same files
 */
public record RandomModel(BaseModelConfig config, StoredPrecision precision, long seed) {

    /**
     * Counts the parameters.
     *
     * @return number of weights of all networks together
     */
    public long parameterCount() {
        return RandomWeights.count(NetworkParameters.of(config.text()))
                + RandomWeights.count(NetworkParameters.of(config.vae()))
                + RandomWeights.count(NetworkParameters.of(config.unet()));
    }

    /**
     * Writes the model, a chunk of a tensor at a time. The folder appears whole or not at all: it is written beside its
     * place and then renamed.
     *
     * @param folder where to; may be there if it is empty
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     * @throws StoppedException if the thread is interrupted; nothing remains
     */
    public void write(Path folder) throws IOException {
        NewFolder.write(folder, parameterCount() * RandomWeights.type(precision).byteWidth(), this::writeFiles);
    }

    private void writeFiles(Path folder) throws IOException {
        BaseModel files = new BaseModel(folder);
        ClipTokenizer.untrained(config.text().vocabularySize(), config.text().positions())
                .write(folder.resolve("tokenizer"));
        files.writeSchedule();
        files.writeTextEncoder(config.text(), RandomWeights.of(NetworkParameters.of(config.text()), seed), precision);
        files.writeVae(config.vae(), RandomWeights.of(NetworkParameters.of(config.vae()), seed), precision);
        files.writeUNet(config.unet(), RandomWeights.of(NetworkParameters.of(config.unet()), seed), precision);
    }
}
