package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.ValidationListener;
import org.lamp4j.video.ContactSheet;

/**
 * Saves the clips of each validation: {@code step-00000500-1-a_horse_runs.gif} and so on, and all of them, a row or
 * more for each, in {@code step-00000500.png}.
 */
final class ValidationFiles implements ValidationListener {

    /** File systems take 255 bytes, four of which are one letter at most. */
    private static final int NAME_LENGTH = 48;

    private final Path folder;
    private final List<Saved> saved = new ArrayList<>();

    ValidationFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * A clip that was saved.
     *
     * @param step training steps done
     * @param prompt what it is to show
     * @param file the GIF
     */
    record Saved(int step, String prompt, Path file) {}

    @Override
    public void onClips(int step, List<VideoClip> clips) throws IOException {
        Files.createDirectories(folder);
        String prefix = String.format(Locale.ROOT, "step-%08d", step);
        ContactSheet.Builder sheet = ContactSheet.newBuilder();
        for (int index = 0; index < clips.size(); index++) {
            VideoClip clip = clips.get(index);
            String prompt = clip.provenance().getOrDefault("prompt", "");
            Path file = folder.resolve(prefix + "-" + (index + 1) + "-" + fileName(prompt) + ".gif");
            clip.write(file);
            saved.add(new Saved(step, prompt, file));
            sheet.addClip(clip);
        }
        sheet.build().write(folder.resolve(prefix + ".png"));
    }

    /** Returns the clips saved so far, in their order. */
    List<Saved> saved() {
        return List.copyOf(saved);
    }

    private static String fileName(String prompt) {
        String name = prompt.replaceAll("[^\\p{L}\\p{N}]+", "_");
        return name.substring(0, Math.min(name.length(), NAME_LENGTH));
    }
}
