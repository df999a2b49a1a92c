package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.media.MediaFiles;

/**
 * The clips that a pattern is learned from: 8 to 16 that share one motion. Immutable; nothing is decoded before
 * training.
 */
public final class TrainingClips {

    private final List<TrainingClip> clips;

    private TrainingClips(List<TrainingClip> clips) {
        if (clips.isEmpty()) {
            throw new IllegalArgumentException("expected at least one training clip, but was none");
        }
        this.clips = List.copyOf(clips);
    }

    /**
     * Finds the clips of a folder: video files, and folders that hold images but no video files, in the order of their
     * names. A clip's caption is its line in {@code captions.csv} (heading {@code file,caption}; a third column
     * {@code weight} says how much it {@linkplain TrainingClip#weight counts}), else the text of the {@code .txt} file
     * of the same name beside it, else the folder's name with spaces for underscores. In place of a folder there may be
     * a single video file or one folder of images, the clip's frames, whose caption, if nothing else is said, is its
     * own name.
     *
     * @param folder the folder, or a clip
     * @return its clips
     * @throws IOException if the folder is missing or holds no clip, or {@code captions.csv} is damaged or names a clip
     *     that is not there, or a caption is empty
     * @throws org.lamp4j.errors.BackendMissingException if no reader of video files is on the class path
     */
    public static TrainingClips in(Path folder) throws IOException {
        return new TrainingClips(VideoFiles.in(folder, MediaFiles.installed()));
    }

    /**
     * Returns the given clips.
     *
     * @param clips at least one clip
     * @return the clips
     * @throws IllegalArgumentException if there is none
     */
    public static TrainingClips of(List<TrainingClip> clips) {
        return new TrainingClips(clips);
    }

    /**
     * Returns the clips.
     *
     * @return an unmodifiable list, never empty
     */
    public List<TrainingClip> clips() {
        return clips;
    }
}
