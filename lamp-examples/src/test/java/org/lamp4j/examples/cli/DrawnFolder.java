package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;

/** A few drawn clips to learn from, and images to begin new ones with. */
final class DrawnFolder {

    private DrawnFolder() {}

    /** Draws into a folder and keeps only some of the files to learn from. */
    static void write(Path drawn, String... keptClips) throws IOException {
        new MotionClips(0).write(Motion.RIGHT, drawn);
        for (Path clip : files(drawn.resolve("clips"))) {
            if (!List.of(keptClips).contains(clip.getFileName().toString())) {
                Files.delete(clip);
            }
        }
    }

    /** Returns the images, in the order of their names. */
    static List<Path> images(Path drawn) throws IOException {
        return files(drawn.resolve("held_out")).stream()
                .filter(file -> file.toString().endsWith(".png"))
                .toList();
    }

    static List<String> names(Path folder) throws IOException {
        return files(folder).stream().map(file -> file.getFileName().toString()).toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
