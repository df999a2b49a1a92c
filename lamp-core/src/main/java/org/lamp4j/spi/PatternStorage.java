package org.lamp4j.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;

/** The storage of one model's patterns and training runs on disk. Safe for several threads. */
public interface PatternStorage {

    /**
     * Reads a pattern: a safetensors file, or the folder of a whole video UNet as LAMP's own program writes it.
     *
     * @param path file or folder
     * @return the parameters that differ from the base, and the metadata
     * @throws IOException if it cannot be read, or is not what its checksum was taken of; the message names file and
     *     tensor
     */
    StoredMotion readMotion(Path path) throws IOException;

    /**
     * Writes a pattern as one safetensors file with a checksum of all that is in it. The file appears whole or not at
     * all.
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
     * Writes a training run as one safetensors file with a checksum of all that is in it, which {@link #readMotion}
     * reads as a pattern, too. The file is written beside its place under a name that begins with a dot and ends in
     * {@code .tmp}, forced to disk and renamed: under its own name it is whole, whenever the process ends.
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
     * @throws IOException if it cannot be read, holds a pattern alone, or is not what its checksum was taken of; the
     *     message names file and tensor
     */
    TrainingCheckpoint readCheckpoint(Path path) throws IOException;

    /**
     * Writes the whole video UNet, base and pattern, as a folder that LAMP's own program loads.
     *
     * @param folder the folder; {@code unet/config.json} and {@code unet/diffusion_pytorch_model.bin} are made in it
     * @param motion the parameters
     * @throws IOException if it cannot be written
     */
    void writeVideoUNet(Path folder, MotionWeights motion) throws IOException;
}
