package org.lamp4j.spark;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the clips of a batch go. Immutable. */
public final class ClipOutput implements Serializable {

    private static final long serialVersionUID = 1;

    private final @Nullable String folder;

    private ClipOutput(@Nullable String folder) {
        this.folder = folder;
    }

    /**
     * Returns that clips stay in the table. Each action on the table makes them anew, unless it is persisted first.
     *
     * @return the output
     */
    public static ClipOutput inRows() {
        return new ClipOutput(null);
    }

    /**
     * Returns that each clip becomes a file: {@code ID-HASH.mp4}, where the hash is that of all that decides the clip.
     * A file appears under its name whole or not at all, and one that is there already is not made again.
     *
     * @param uri a folder of one of Hadoop's file systems; made if it is not there
     * @return the output
     */
    public static ClipOutput inFolder(String uri) {
        return new ClipOutput(uri);
    }

    Optional<String> folder() {
        return Optional.ofNullable(folder);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClipOutput that && Objects.equals(folder, that.folder);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(folder);
    }

    /** Returns where the clips go. */
    @Override
    public String toString() {
        return "ClipOutput[" + (folder == null ? "in rows" : folder) + "]";
    }
}
