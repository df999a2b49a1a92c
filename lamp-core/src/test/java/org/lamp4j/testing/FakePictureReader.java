package org.lamp4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.PictureReader;
import org.lamp4j.media.RgbImage;

/** A reader of {@code .pixel} files, which hold three bytes. */
public final class FakePictureReader implements PictureReader {

    @Override
    public boolean isImage(Path file) {
        return file.getFileName().toString().endsWith(".pixel");
    }

    @Override
    public RgbImage readImage(Path file) throws IOException {
        return RgbImage.of(new FrameSize(1, 1), Files.readAllBytes(file));
    }
}
