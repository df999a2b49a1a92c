package org.lamp4j.training.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.files.ModelLinks;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;

/** The file that a pattern is saved in. */
public final class PatternFile {

    private final Path path;
    private final StoredPrecision precision;

    /**
     * Names a file; nothing is written yet.
     *
     * @param path the file
     * @param precision how the values are stored
     */
    public PatternFile(Path path, StoredPrecision precision) {
        this.path = path;
        this.precision = precision;
    }

    /**
     * Reads a pattern that a user names. Links in a folder must not lead out of it.
     *
     * @param model the model that knows the format
     * @param path a file, or the folder of a whole video UNet
     * @return the parameters that differ from the base, and the metadata
     * @throws IOException if it cannot be read, a link leads out of the folder, or it is not what its checksum was
     *     taken of
     */
    public static StoredMotion read(BackboneModel model, Path path) throws IOException {
        if (Files.isDirectory(path)) {
            ModelLinks.check(path, List.of("", "unet"));
        }
        return model.storage().readMotion(path);
    }

    /**
     * Writes a pattern, whole or not at all. Works in an interrupted thread as well, so that a run that was stopped by
     * an interrupt can be saved; the flag stays set.
     *
     * @param model the model that knows the format
     * @param motion the parameters and how they came about
     * @throws IOException if it cannot be written
     */
    public void write(BackboneModel model, TrainedMotion motion) throws IOException {
        Uninterrupted.write(() -> model.storage()
                .writeMotion(
                        path, motion.weights(), precision, motion.metadata().entries()));
    }
}
