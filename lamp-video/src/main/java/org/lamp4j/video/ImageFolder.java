package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/** A folder whose images are the frames of a clip. Files of other kinds, such as captions, are passed over. */
final class ImageFolder implements FrameReader {

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp");

    private final Path folder;
    private final List<Path> images;
    private final RgbImage first;
    private int frameIndex;
    private boolean closed;

    /**
     * Opens a folder.
     *
     * @param folder the folder
     * @throws IOException if it holds no image or the first is broken; the message names it
     */
    ImageFolder(Path folder) throws IOException {
        this.folder = folder;
        this.images = images(folder);
        if (images.isEmpty()) {
            throw new IOException(
                    "expected a folder of PNG, JPEG or WebP images, but was one without (" + folder + ")");
        }
        this.first = ImageDecoder.read(images.get(0));
    }

    /** Tells by its name whether a file is an image. */
    static boolean isImage(Path file) {
        return ENDINGS.contains(FileEnding.of(file));
    }

    /** Lists the images of a folder in the order of their frames. */
    static List<Path> images(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(ImageFolder::isImage)
                    .filter(file -> !Files.isDirectory(file))
                    .sorted(new NaturalOrder())
                    .toList();
        }
    }

    @Override
    public double framesPerSecond() {
        return FrameRate.UNTIMED;
    }

    @Override
    public synchronized Optional<RgbImage> next() throws IOException {
        if (closed) {
            throw new IllegalStateException("expected an open clip, but it was closed (" + folder + ")");
        }
        if (frameIndex == images.size()) {
            return Optional.empty();
        }
        Path file = images.get(frameIndex);
        RgbImage image = frameIndex == 0 ? first : ImageDecoder.read(file);
        FrameSize size = first.size();
        if (!image.size().equals(size)) {
            throw new IOException("expected an image of " + size + " like "
                    + images.get(0).getFileName() + ", but was " + image.size() + " (" + file + ")");
        }
        frameIndex++;
        return Optional.of(image);
    }

    /** Ends the clip; each image was closed as soon as it was read. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
