package org.lamp4j.media;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ImageBudgetTest {

    private static final Path FILE = Path.of("image.png");

    @Test
    void requireHeap_imageOfMoreThanHalf_isRefused() {
        long half = Runtime.getRuntime().maxMemory() / 2;

        assertThatIOException()
                .isThrownBy(() -> ImageBudget.requireHeap(half + 1, "9000x9000", FILE))
                .withMessage("expected an image that takes at most " + half
                        + " bytes, half of the heap, but was 9000x9000, which takes " + (half + 1) + " (image.png)");
    }

    /** However large the file is, a decoder gets no more than a whole image of the most pixels takes. */
    @Test
    void require_hugeFileOfWidePixels_isRefused() {
        ImageContent image = new ImageContent(11_000, 11_000, 12, ByteBuffer.allocate(0));

        assertThatIOException()
                .isThrownBy(() -> ImageBudget.require(image, 1 << 28, FILE))
                .withMessage(
                        "expected an image that takes at most 805306368 bytes to decode, with a file of 268435456, but"
                                + " was 11000x11000, which takes 1452000000 (image.png)");
    }
}
