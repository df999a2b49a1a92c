package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.RgbImage;

class RegularFileTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private static void assertRefused(Path file, String found) {
        assertThatIOException()
                .isThrownBy(() -> RegularFile.require(file))
                .withMessage("expected a file, but was " + found + " (" + file + ")");
    }

    private Path pipe(String name) throws IOException, InterruptedException {
        Path pipe = folder.resolve(name);
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "this system has no mkfifo");
        new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor();
        return pipe;
    }

    @Test
    void require_fileOrLinkToOne_passes() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        RegularFile.require(file);
        RegularFile.require(Files.createSymbolicLink(folder.resolve("link"), file));
    }

    @Test
    void require_folderOrNothing_saysSo() throws IOException {
        assertRefused(folder, "a folder");
        assertRefused(folder.resolve("nothing"), "nothing of that name");
        assertRefused(
                Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing")), "nothing of that name");
    }

    @Test
    void require_pipe_isNotWaitedFor() throws IOException, InterruptedException {
        Path pipe = pipe("pipe");

        assertTimeoutPreemptively(PATIENCE, () -> assertRefused(pipe, "a pipe"));
    }

    @Test
    void require_device_isNamed() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "this system has no " + device);

        assertRefused(device, "a device");
    }

    @Test
    void require_socket_isNamed() throws IOException {
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertRefused(socket, "a socket");
        }
    }

    /** Images under any name, and the text files of models, configurations and tables, which one reader reads. */
    @Test
    void readers_pipe_isNotWaitedFor() throws IOException, InterruptedException {
        Path nameless = pipe("image");
        Path png = pipe("image.png");

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (Path pipe : new Path[] {nameless, png}) {
                assertThatIOException()
                        .isThrownBy(() -> RgbImage.read(pipe))
                        .withMessage("expected an image (PNG, JPEG or WebP), but was a pipe (" + pipe + ")");
                assertThatIOException()
                        .isThrownBy(() -> ModelText.read(pipe, ModelText.MAX_CONFIG_BYTES))
                        .withMessage("expected a file, but was a pipe (" + pipe + ")");
            }
        });
    }
}
