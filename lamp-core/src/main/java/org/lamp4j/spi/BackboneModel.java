package org.lamp4j.spi;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.AddedWord;

/**
 * An open text-to-image model, inflated to video on demand. It owns the mapped weights and all sessions but those it
 * hands out as {@link AutoCloseable}. Safe for several threads.
 */
public interface BackboneModel extends AutoCloseable {

    /**
     * Returns the text encoder.
     *
     * @return the encoder, usable until this model is closed
     */
    TextEncoder textEncoder();

    /**
     * Opens this model once more with the vectors of a textual inversion embedding in its text encoder. The two are
     * closed each on its own.
     *
     * @param file an embedding as diffusers or AUTOMATIC1111's web UI save it
     * @param word what its only word is called in prompts; empty for the name that the file gives it
     * @return the model, and the words to be added to its tokenizer; the caller closes it
     * @throws IOException if the file cannot be read, is no embedding, or one for another model (an
     *     {@link org.lamp4j.errors.ModelFormatException}); the message names it
     * @throws IllegalStateException if this model is closed
     */
    WithEmbedding withEmbedding(Path file, Optional<String> word) throws IOException;

    /**
     * A model whose text encoder has learned words.
     *
     * @param model the model, open
     * @param words the words, at least one
     */
    record WithEmbedding(BackboneModel model, List<AddedWord> words) {}

    /**
     * Returns the auto-encoder.
     *
     * @return the codec, usable until this model is closed
     */
    LatentCodec latentCodec();

    /**
     * Opens a decoder for previews, smaller and faster than the auto-encoder's.
     *
     * @param path a file of weights in the layout of TAESD, or a folder that holds one
     * @return the decoder, usable until this model is closed, and closed by it
     * @throws IOException if there is no such file, or it is no such decoder; the message names the file
     * @see <a href="https://github.com/madebyollin/taesd">TAESD</a>
     */
    PreviewDecoder previewDecoder(Path path) throws IOException;

    /**
     * Returns a hash of the UNet's configuration and weights, the larger part of what a pattern knows its base by.
     * LoRAs that are added count apart.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException if this model is closed, or the UNet's file has been written to since it was opened
     */
    String fingerprint();

    /**
     * Returns what a pattern knows this model by. The first call reads all of the UNet's weights.
     *
     * @param schedule the model's noise schedule
     * @return the fingerprint
     */
    default BaseFingerprint baseFingerprint(NoiseSchedule schedule) {
        return BaseFingerprint.of(fingerprint(), schedule, latentCodec().scalingFactor())
                .with(architecture(), loras());
    }

    /**
     * Returns a hash of the UNet's architecture, without its weights.
     *
     * @return {@code sha256:} and 64 hexadecimal digits; empty if the backend does not tell it
     */
    default String architecture() {
        return "";
    }

    /**
     * Returns the LoRAs that are added to this model's weights. {@link #fingerprint} is that of the weights without
     * them.
     *
     * @return the LoRAs in the order they were added
     */
    default List<AppliedLora> loras() {
        return List.of();
    }

    /**
     * Opens this model once more, with LoRAs added to its weights, after those that are added already.
     *
     * @param loras the files and their weights
     * @return a model of its own, which stays usable when this one is closed; the caller closes it
     * @throws IOException if a file cannot be read, or is no LoRA of this model (a
     *     {@link org.lamp4j.errors.ModelFormatException}); the message names file and tensor
     * @throws IllegalStateException if this model is closed
     */
    default BackboneModel withLoras(List<LoraFile> loras) throws IOException {
        throw new UnsupportedOperationException("expected a backend that knows LoRA, but was " + deviceDescription());
    }

    /**
     * Returns where patterns and training runs of this model are read from and written to.
     *
     * @return the storage, usable until this model is closed
     */
    PatternStorage storage();

    /**
     * Returns what is to be used in place of the files that a model folder has and a single file has not.
     *
     * @return noise schedule and vocabulary; empty for a model folder
     */
    default Optional<SingleFileModel> singleFile() {
        return Optional.empty();
    }

    /**
     * Returns the number of channels the UNet takes in.
     *
     * @return 4 for Stable Diffusion
     */
    int latentChannels();

    /**
     * Returns where the model runs, for logs and provenance.
     *
     * @return for example {@code CPU} or {@code CUDA device 0, float16}
     */
    String deviceDescription();

    /**
     * Makes the parameters of a pattern that has learned nothing: with them the video UNet gives what the image UNet
     * gives.
     *
     * @param trainableModules suffixes of the names of the modules that will be trained
     * @param seed where the fresh projections of the temporal attention come from
     * @return the initial values of all parameters of those modules
     * @throws IllegalArgumentException if a name matches no module
     */
    MotionWeights freshMotion(List<String> trainableModules, long seed);

    /**
     * Makes the parameters of a pattern that has learned nothing and will learn low-rank updates: for each matrix W of
     * the modules, A [r, I] at random and B [O, r] of zeros, and α; W<sub>0</sub> is the inflated base's. A parameter
     * that is smaller than its factors would be (biases, gates) is one of the pattern's, whole.
     *
     * @param trainableModules suffixes of the names of the modules that will be trained
     * @param lowRank r and α
     * @param seed where A comes from
     * @return the initial values
     * @throws IllegalArgumentException if a name matches no module
     */
    MotionWeights freshMotion(List<String> trainableModules, LowRank lowRank, long seed);

    /**
     * Adds a pattern's low-rank updates to the matrices they are of.
     *
     * @param motion a pattern
     * @return whole parameters that make the same network; {@code motion} itself if it has no low-rank updates
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     */
    MotionWeights merged(MotionWeights motion);

    /**
     * Tells which parameters take the place of one of the base's, whose value is then not used.
     *
     * @param motion a pattern
     * @return the names of those parameters; what inflation adds, and low-rank updates, are not among them
     */
    default Set<String> replaced(MotionWeights motion) {
        return Set.of();
    }

    /**
     * Moves a pattern of another base to this one: what takes the place of one of the base's parameters becomes this
     * base's parameter plus a difference.
     *
     * @param motion a pattern
     * @param differences what parameters differ from those of the pattern's own base by
     * @return the pattern, with new values for the parameters that there is a difference of
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     */
    default MotionWeights shifted(MotionWeights motion, MotionWeights differences) {
        throw new UnsupportedOperationException(
                "expected a backend that moves patterns, but was " + deviceDescription());
    }

    /**
     * Opens the video UNet for running, with prompts of one chunk.
     *
     * @param motion parameters laid over the inflated base
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @return the predictor; the caller closes it, before this model
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     */
    default NoisePredictor noisePredictor(MotionWeights motion, Shape latents) {
        return noisePredictor(motion, latents, 1);
    }

    /**
     * Opens the video UNet for running.
     *
     * @param motion parameters laid over the inflated base
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @param promptChunks k, at least 1: it will be given text hidden states {@code [B, kN, D]}, of so many times what
     *     the text encoder gives
     * @return the predictor; the caller closes it, before this model
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     */
    NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks);

    /**
     * Opens the video UNet for running, some of it not at every step.
     *
     * @param motion parameters laid over the inflated base
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @param promptChunks k, at least 1, as above
     * @param reuses how many {@linkplain NoisePredictor#reuseFeatures runs that reuse features} will be open at the
     *     same time, for which there must be memory; 0 for none
     * @return the predictor; the caller closes it, before this model
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     * @throws UnsupportedOperationException if {@code reuses} is not 0 and the backend reuses none
     */
    default NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        if (reuses > 0) {
            throw new UnsupportedOperationException(
                    "expected a backend that reuses deep features, but was " + deviceDescription());
        }
        return noisePredictor(motion, latents, promptChunks);
    }

    /**
     * Tells whether {@link #noisePredictor} has the memory for latents.
     *
     * @param motion parameters laid over the inflated base
     * @param latents shape {@code [B, C, F, h, w]}
     * @param promptChunks k, as above
     * @param reuses how many runs that reuse features will be open at the same time
     * @return whether some way to run the UNet fits the device's memory budget; true where nobody knows, as for the
     *     memory of a GPU
     */
    default boolean fitsMemory(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        return true;
    }

    /**
     * Opens the video UNet for training, with gradient checkpointing where memory asks for it.
     *
     * @param motion parameters training starts from
     * @param trainableModules suffixes of the names of the modules to train
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @return the trainer; the caller closes it, before this model
     * @throws IllegalArgumentException if a name matches no module
     */
    default MotionTrainer motionTrainer(MotionWeights motion, List<String> trainableModules, Shape latents) {
        return motionTrainer(motion, trainableModules, latents, GradientCheckpointing.AS_NEEDED);
    }

    /**
     * Opens the video UNet for training.
     *
     * @param motion parameters training starts from
     * @param trainableModules suffixes of the names of the modules to train
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @param checkpointing whether activations are recomputed in the backward pass
     * @return the trainer; the caller closes it, before this model
     * @throws IllegalArgumentException if a name matches no module
     */
    MotionTrainer motionTrainer(
            MotionWeights motion, List<String> trainableModules, Shape latents, GradientCheckpointing checkpointing);

    /**
     * Looks for a weight that is NaN or infinite. Reads every weight, so it is asked only when a network has given
     * something that is no finite number.
     *
     * @param motion a pattern laid over this model; looked through as well
     * @return the first such tensor with its file and value, for a message; empty if all are finite, or the backend
     *     does not look
     * @throws IllegalStateException if this model is closed
     */
    default Optional<String> findNonFinite(MotionWeights motion) {
        return Optional.empty();
    }

    /**
     * Passes on what a network gave, if all of it is finite.
     *
     * @param values what a network gave
     * @param what their name and place, as in {@code latents after step 3}
     * @param motion a pattern laid over this model
     * @return the values
     * @throws NonFiniteException if one is not finite; the message names the damaged tensor, if one is the cause
     */
    default FloatTensor requireFinite(FloatTensor values, String what, MotionWeights motion) {
        for (FloatBuffer rest = values.values(); rest.hasRemaining(); ) {
            float value = rest.get();
            if (!Float.isFinite(value)) {
                throw new NonFiniteException("expected finite " + what + ", but was " + value + "; "
                        + findNonFinite(motion)
                                .map(tensor -> "the cause is " + tensor)
                                .orElse("no damaged weight was found, so numbers have overflowed,"
                                        + " as they do with float16 where a model's are too large for it"));
            }
        }
        return values;
    }

    /** Closes sessions and unmaps weights. Closing twice does nothing. */
    @Override
    void close();
}
