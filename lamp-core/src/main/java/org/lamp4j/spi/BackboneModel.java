package org.lamp4j.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.GradientCheckpointing;
import org.lamp4j.tensor.Shape;

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
     * Returns the auto-encoder.
     *
     * @return the codec, usable until this model is closed
     */
    LatentCodec latentCodec();

    /**
     * Returns a hash of the UNet's configuration and weights, the larger part of what a pattern knows its base by.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException if this model is closed, or the UNet's file has been written to since it was opened
     */
    String fingerprint();

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
     * @param trainableModules endings of the names of the modules that will be trained
     * @param seed where the fresh projections of the temporal attention come from
     * @return the initial values of all parameters of those modules
     * @throws IllegalArgumentException if a name matches no module
     */
    MotionWeights freshMotion(List<String> trainableModules, long seed);

    /**
     * Makes the parameters of a pattern that has learned nothing and will learn low-rank updates: for each matrix W of the
     * modules, A [r, I] at random and B [O, r] of zeros, and α; W<sub>0</sub> is the inflated base's. A parameter that is
     * smaller than its factors would be (biases, gates) is one of the pattern's, whole.
     *
     * @param trainableModules endings of the names of the modules that will be trained
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
     * Opens the video UNet for running.
     *
     * @param motion parameters laid over the inflated base
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @return the predictor; the caller closes it, before this model
     * @throws IllegalArgumentException if a parameter is not one of this UNet's
     */
    NoisePredictor noisePredictor(MotionWeights motion, Shape latents);

    /**
     * Opens the video UNet for training, with gradient checkpointing where memory asks for it.
     *
     * @param motion parameters training starts from
     * @param trainableModules endings of the names of the modules to train
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
     * @param trainableModules endings of the names of the modules to train
     * @param latents shape {@code [B, C, F, h, w]} of the latents it will be given
     * @param checkpointing whether what the way back needs is computed once more
     * @return the trainer; the caller closes it, before this model
     * @throws IllegalArgumentException if a name matches no module
     */
    MotionTrainer motionTrainer(
            MotionWeights motion, List<String> trainableModules, Shape latents, GradientCheckpointing checkpointing);

    /**
     * Looks for a weight that is NaN or infinite. Reads every weight, so it is asked only when a network has given something
     * that is no finite number.
     *
     * @param motion a pattern laid over this model; looked through as well
     * @return the first such tensor with its file and value, for a message; empty if all are finite, or the backend does
     *     not look
     * @throws IllegalStateException if this model is closed
     */
    default Optional<String> findNonFinite(MotionWeights motion) {
        return Optional.empty();
    }

    /** How the values of a pattern are stored in a file. */
    enum StoredPrecision {
        /** Four bytes a value, nothing lost. */
        FLOAT32,
        /** Two bytes a value, about three decimal digits. */
        FLOAT16
    }

    /** A pattern as it lies in a file. */
    interface StoredMotion {
        /**
         * Returns the parameters.
         *
         * @return the parameters, mapped where the file's format allows it
         */
        MotionWeights weights();

        /**
         * Returns the text entries of the file's header, but for its checksum.
         *
         * @return names and values; empty for a checkpoint of LAMP's own program
         */
        Map<String, String> metadata();
    }

    /**
     * Reads a pattern: a safetensors file, or the folder of a whole video UNet as LAMP's own program writes it.
     *
     * @param path file or folder
     * @return the parameters that differ from the base, and the metadata
     * @throws IOException if it cannot be read, or is not what its checksum was taken of; the message names file and tensor
     */
    StoredMotion readMotion(Path path) throws IOException;

    /**
     * Writes a pattern as one safetensors file with a checksum of all that is in it. The file appears whole or not at all.
     *
     * @param path the file
     * @param motion the parameters
     * @param precision how the values are stored
     * @param metadata text entries of the header
     * @throws IOException if it cannot be written
     */
    void writeMotion(Path path, MotionWeights motion, StoredPrecision precision, Map<String, String> metadata)
            throws IOException;

    /**
     * Writes a training run as one safetensors file with a checksum of all that is in it, which {@link #readMotion} reads as a pattern, too. The file is
     * written beside its place under a name that begins with a dot and ends in {@code .tmp}, forced to disk and renamed:
     * under its own name it is whole, whenever the process ends.
     *
     * @param path the file
     * @param checkpoint the run
     * @throws IOException if it cannot be written
     */
    void writeCheckpoint(Path path, TrainingCheckpoint checkpoint) throws IOException;

    /**
     * Reads a training run.
     *
     * @param path a file that {@link #writeCheckpoint} wrote
     * @return the run
     * @throws IOException if it cannot be read, holds a pattern alone, or is not what its checksum was taken of; the message
     *     names file and tensor
     */
    TrainingCheckpoint readCheckpoint(Path path) throws IOException;

    /**
     * Writes the whole video UNet, base and pattern, as a folder that LAMP's own program loads.
     *
     * @param directory the folder; {@code unet/config.json} and {@code unet/diffusion_pytorch_model.bin} are made in it
     * @param motion the parameters
     * @throws IOException if it cannot be written
     */
    void writeVideoUNet(Path directory, MotionWeights motion) throws IOException;

    /** Closes sessions and unmaps weights. Closing twice does nothing. */
    @Override
    void close();
}
