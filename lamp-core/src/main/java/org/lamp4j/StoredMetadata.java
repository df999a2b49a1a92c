package org.lamp4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredMotion;

/**
 * What a file says of the pattern in it.
 *
 * @param path the file, or the folder of a whole video UNet, which says nothing
 * @param entries names and values
 */
record StoredMetadata(Path path, Map<String, String> entries) {

    static StoredMetadata of(Path path, StoredMotion stored) {
        return new StoredMetadata(path, stored.metadata());
    }

    /** Returns the metadata of a pattern that is used on a base model, if it was trained on that. */
    PatternMetadata on(BaseFingerprint base) throws ModelFormatException {
        if (Files.isDirectory(path)) {
            return PatternMetadata.of(base, OptionalInt.empty(), Map.of("source", path.toString()));
        }
        PatternMetadata metadata = PatternMetadata.parse(entries, path);
        base.require(metadata, "pattern", path);
        return metadata;
    }
}
