package org.lamp4j.examples.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The images that clips are made from, {@code IMAGES/MOTION/PROMPT.png}, and where the clips should be. Motion folders
 * and images may be symbolic links.
 */
record Benchmark(Path images, Path clips) {

    private static final List<String> ENDINGS = List.of(".mp4", ".webm", ".gif", "");

    /**
     * A first frame and the clip made from it.
     *
     * @param motion name of the motion's folder
     * @param prompt the image's name, with spaces for underscores
     * @param firstFrame the image
     * @param expected the clip's path without an ending
     */
    record Pair(String motion, String prompt, Path firstFrame, Path expected) {

        /** Finds the clip, a video file or a folder of frames; empty if there is none. */
        Optional<Path> clip() {
            return ENDINGS.stream()
                    .map(ending -> expected.resolveSibling(expected.getFileName() + ending))
                    .filter(Files::exists)
                    .findFirst();
        }
    }

    /**
     * Finds the first frames, in the order of motions and prompts.
     *
     * @throws IOException if there is none
     */
    List<Pair> pairs() throws IOException {
        if (!Files.isDirectory(images)) {
            throw new IOException("expected a folder of motions with first frames, but was none (" + images + ")");
        }
        List<Pair> pairs = new ArrayList<>();
        for (Path motion : inside(images, Files::isDirectory)) {
            for (Path firstFrame : inside(motion, Benchmark::isImage)) {
                pairs.add(pair(motion.getFileName().toString(), firstFrame));
            }
        }
        if (pairs.isEmpty()) {
            throw new IOException("expected first frames MOTION/PROMPT.png, but found none (" + images + ")");
        }
        return pairs;
    }

    private static boolean isImage(Path file) {
        return Files.isRegularFile(file)
                && file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g|webp)");
    }

    private Pair pair(String motion, Path firstFrame) {
        String name = firstFrame.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        return new Pair(
                motion,
                name.replace('_', ' '),
                firstFrame,
                clips.resolve(motion).resolve(name));
    }

    private static List<Path> inside(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> !path.getFileName().toString().startsWith("."))
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }
}
