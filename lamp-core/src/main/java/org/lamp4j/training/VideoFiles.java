package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.ModelText;
import org.lamp4j.files.PassedOver;
import org.lamp4j.files.PrintableText;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;

/** Finds the clips of a folder and their captions. */
final class VideoFiles {

    private static final System.Logger LOG = System.getLogger(VideoFiles.class.getName());

    private static final String CAPTIONS = "captions.csv";

    /** Far more than a text encoder takes. */
    private static final int MAX_CAPTION_BYTES = 1 << 16;

    private VideoFiles() {}

    static List<TrainingClip> in(Path folder, MediaFiles media) throws IOException {
        if (Files.isRegularFile(folder) && media.isClip(folder)) {
            return List.of(single(folder));
        }
        if (isFramesOnly(folder, media)) {
            return List.of(single(folder.toAbsolutePath().normalize()));
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException("expected a folder of clips, or a clip, but " + folder
                    + (Files.exists(folder) ? " is neither" : " does not exist"));
        }
        Map<String, CaptionTable.Line> captions = CaptionTable.read(folder.resolve(CAPTIONS));
        List<TrainingClip> clips = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        List<Path> uncaptioned = new ArrayList<>();
        Set<String> sidecars = new HashSet<>();
        for (Path file : sorted(folder)) {
            String name = file.getFileName().toString();
            if (isClip(file, media)) {
                sidecars.add(sidecarName(file));
                CaptionTable.Line listed = captions.remove(name);
                Optional<String> text = listed == null ? sidecar(file) : Optional.of(listed.caption());
                if (text.isEmpty()) {
                    uncaptioned.add(file);
                }
                clips.add(
                        listed == null
                                ? TrainingClip.of(file, text.orElseGet(() -> folderName(file)))
                                : listed.of(file));
            } else if (!name.equals(CAPTIONS)) {
                others.add(file);
            }
        }
        if (!captions.isEmpty()) {
            throw new IOException("expected a clip for each line of " + folder.resolve(CAPTIONS)
                    + ", but there is none for " + String.join(", ", new TreeMap<>(captions).keySet()));
        }
        if (clips.isEmpty()) {
            throw new IOException("expected at least one clip, but found none (" + folder + ")");
        }
        others.removeIf(file -> sidecars.contains(file.getFileName().toString()));
        PassedOver.warn(folder, "clips", others);
        if (uncaptioned.size() < clips.size()) {
            uncaptioned.forEach(file -> LOG.log(
                    System.Logger.Level.WARNING,
                    PrintableText.line("expected a caption, as other clips of the folder have one, so the folder's name"
                            + " is taken for it (" + file + ")")));
        }
        return clips;
    }

    /**
     * A clip on its own has its own name as caption where nothing else is said, not that of whatever folder it lies in.
     */
    private static TrainingClip single(Path file) throws IOException {
        CaptionTable.Line listed = CaptionTable.read(file.resolveSibling(CAPTIONS))
                .get(file.getFileName().toString());
        return listed == null
                ? TrainingClip.of(file, sidecar(file).orElseGet(() -> words(baseName(file))))
                : listed.of(file);
    }

    private static boolean isFramesOnly(Path folder, MediaFiles media) throws IOException {
        return Files.isDirectory(folder)
                && !Files.exists(folder.resolve(CAPTIONS))
                && isClip(folder, media)
                && sorted(folder).stream().noneMatch(Files::isDirectory);
    }

    /** A folder inside is a clip if it holds images but no clips; others are somebody's results or archive. */
    private static boolean isClip(Path file, MediaFiles media) throws IOException {
        if (!Files.isDirectory(file)) {
            return media.isClip(file);
        }
        List<Path> content = sorted(file);
        return content.stream().anyMatch(RgbImage::isImage) && content.stream().noneMatch(media::isClip);
    }

    private static String folderName(Path file) {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
        Path name = folder.getFileName(); // null for the root
        return words(name == null ? baseName(file) : name.toString());
    }

    private static Optional<String> sidecar(Path file) throws IOException {
        Path sidecar = file.resolveSibling(sidecarName(file));
        if (!Files.isRegularFile(sidecar)) {
            return Optional.empty();
        }
        String text = ModelText.read(sidecar, MAX_CAPTION_BYTES).strip();
        if (text.isEmpty()) {
            throw new IOException("expected a caption, but was an empty file (" + sidecar + ")");
        }
        return Optional.of(text);
    }

    private static String sidecarName(Path file) {
        return baseName(file) + ".txt";
    }

    private static String baseName(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** Hashes a clip; a folder inside one of frames is no frame, and is passed over as it is by who reads them. */
    static String hash(Path file) throws IOException {
        ContentHash hash = new ContentHash();
        if (Files.isDirectory(file)) {
            for (Path child : sorted(file)) {
                if (!Files.isDirectory(child)) {
                    hash.add(child.getFileName().toString()).add(child);
                }
            }
        } else {
            hash.add(file);
        }
        return hash.finish();
    }
}
