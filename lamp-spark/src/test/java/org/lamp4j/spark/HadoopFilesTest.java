package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFilesTest {

    @TempDir
    private Path folder;

    private final HadoopFiles files = new HadoopFiles(new Configuration(false));

    /** A file system that is not this machine's own, as far as anybody can tell. */
    public static final class Remote extends RawLocalFileSystem {

        @Override
        public URI getUri() {
            return URI.create("remote:///");
        }
    }

    @BeforeEach
    void mountRemote() {
        files.configuration().set("fs.remote.impl", Remote.class.getName());
        files.configuration().set("fs.file.impl", RawLocalFileSystem.class.getName());
    }

    private String remote(String name) {
        return "remote:" + folder.resolve(name);
    }

    @Test
    void write_contentFails_nothingRemains() {
        String uri = folder.resolve("clip.mp4").toUri().toString();

        assertThatThrownBy(() -> files.write(uri, output -> {
                    output.write(1);
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_remoteFile_isThereWholeAndAlone() throws IOException {
        files.write(remote("deep/clip.mp4"), output -> output.write("clip".getBytes(StandardCharsets.UTF_8)));

        assertThat(files.read(remote("deep/clip.mp4"))).asString().isEqualTo("clip");
        assertThat(folder.resolve("deep").toFile().list()).containsExactly("clip.mp4");
    }

    @Test
    void local_remoteFolder_isCopiedAndALocalOneIsNot(@TempDir Path scratch) throws IOException {
        Path clips = Files.createDirectory(folder.resolve("clips"));
        Files.writeString(clips.resolve("a.mp4"), "a");
        Files.writeString(clips.resolve(".hidden"), "h");

        Path copy = files.local(remote("clips"), scratch);

        assertThat(copy).isEqualTo(scratch.resolve("clips"));
        assertThat(copy.toFile().list()).containsExactly("a.mp4");
        assertThat(files.local(clips.toUri().toString(), scratch)).isEqualTo(clips);
    }

    @Test
    void fetchLast_severalFiles_theLastByName(@TempDir Path scratch) throws IOException {
        Files.writeString(folder.resolve("step-00000002.safetensors"), "2");
        Files.writeString(folder.resolve("step-00000010.safetensors"), "10");

        files.fetchLast(remote(""), scratch);
        files.fetchLast(remote("none"), scratch);

        assertThat(scratch.toFile().list()).containsExactly("step-00000010.safetensors");
    }

    /** A file system that has each file and fails to read it. */
    public static final class Unreachable extends RawLocalFileSystem {

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize) throws IOException {
            throw new IOException("timed out");
        }

        @Override
        public URI getUri() {
            return URI.create("gone:///");
        }
    }

    /** Not a row's own fault: the task fails, and Spark tries it again. */
    @Test
    void read_fileSystemThatDoesNotAnswer_isNoErrorOfARow() throws IOException {
        files.configuration().set("fs.gone.impl", Unreachable.class.getName());
        String uri = "gone:" + Files.writeString(folder.resolve("a.png"), "a");

        assertThatThrownBy(() -> Attempt.of(() -> files.read(uri)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("timed out");
        assertThat(Attempt.of(() -> files.read("nowhere:/a")).error()).isPresent();
    }

    @Test
    void read_noSuchFile_saysWhich() {
        assertThatThrownBy(() -> files.read(remote("x.png")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file, but there is none (" + remote("x.png") + ")");
    }
}
