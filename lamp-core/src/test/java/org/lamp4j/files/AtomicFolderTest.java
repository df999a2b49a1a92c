package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {

    @TempDir
    private Path root;

    private static void twoFiles(Path folder) throws IOException {
        AtomicFile.write(folder.resolve("config"), "new");
        Files.createDirectory(folder.resolve("sub"));
        AtomicFile.write(folder.resolve("sub/weights"), "new weights");
    }

    @Test
    void write_newFolder_appearsAtTheEnd() throws IOException {
        Path place = root.resolve("a/b");

        AtomicFolder.write(place, folder -> {
            twoFiles(folder);
            assertThat(place).doesNotExist();
        });

        assertThat(place.resolve("config")).hasContent("new");
        assertThat(place.resolve("sub/weights")).hasContent("new weights");
        assertThat(place.getParent().toFile().list()).containsExactly("b");
    }

    @Test
    void write_failureMidway_leavesNothingAndNamesThePlace() {
        Path place = root.resolve("a");

        assertThatThrownBy(() -> AtomicFolder.write(place, folder -> {
                    twoFiles(folder);
                    throw new IOException("no room for (" + folder.resolve("third") + ")");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no room for (" + place.resolve("third") + ")");

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void write_folderWithOtherFiles_replacesItsOwnAndKeepsTheOthers() throws IOException {
        Files.writeString(root.resolve("config"), "old");
        Files.writeString(root.resolve("other"), "other");

        AtomicFolder.write(root, folder -> {
            twoFiles(folder);
            assertThat(root.resolve("config")).hasContent("old");
        });

        assertThat(root.resolve("config")).hasContent("new");
        assertThat(root.toFile().list()).containsExactlyInAnyOrder("config", "other", "sub");
    }

    @Test
    void write_failureInAFolderWithFiles_changesNothing() throws IOException {
        Path config = Files.writeString(root.resolve("config"), "old");

        assertThatThrownBy(() -> AtomicFolder.write(root, folder -> {
                    twoFiles(folder);
                    throw new IllegalStateException("unreadable");
                }))
                .hasMessage("unreadable");

        assertThat(config).hasContent("old");
        assertThat(root.toFile().list()).containsExactly("config");
    }

    @Test
    void write_emptyFolder_isFilled() throws IOException {
        Path place = Files.createDirectory(root.resolve("a"));

        AtomicFolder.write(place, AtomicFolderTest::twoFiles);

        assertThat(place.toFile().list()).containsExactlyInAnyOrder("config", "sub");
    }

    @Test
    void write_linkToAFolder_staysALink() throws IOException {
        Path target = Files.createDirectory(root.resolve("target"));
        Path link = Files.createSymbolicLink(root.resolve("link"), target);

        AtomicFolder.write(link, AtomicFolderTest::twoFiles);

        assertThat(link).isSymbolicLink();
        assertThat(target.resolve("config")).hasContent("new");
    }

    @Test
    void write_inPlaceOfOthers_removesThoseThatAreNoLongerThere() throws IOException {
        for (String name : new String[] {"frame0.png", "frame1.png", "notes.txt"}) {
            Files.writeString(root.resolve(name), "old");
        }

        AtomicFolder.write(
                root,
                Pattern.compile("frame.*[.]png"),
                folder -> AtomicFile.write(folder.resolve("frame0.png"), "new"));

        assertThat(root.toFile().list()).containsExactlyInAnyOrder("frame0.png", "notes.txt");
        assertThat(root.resolve("frame0.png")).hasContent("new");
    }

    @Test
    void write_inPlaceOfOthers_keepsFoldersOfSuchNames() throws IOException {
        Files.createDirectory(root.resolve("frame1.png"));
        Path inside = Files.createDirectory(root.resolve("frame2.png")).resolve("notes.txt");
        Files.writeString(inside, "old");
        Files.writeString(root.resolve("frame3.png"), "old");

        AtomicFolder.write(
                root,
                Pattern.compile("frame.*[.]png"),
                folder -> AtomicFile.write(folder.resolve("frame0.png"), "new"));

        assertThat(root.toFile().list()).containsExactlyInAnyOrder("frame0.png", "frame1.png", "frame2.png");
        assertThat(inside).hasContent("old");
    }

    @Test
    void write_fileInItsPlace_isRefused() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "old");

        assertThatThrownBy(() -> AtomicFolder.write(file, AtomicFolderTest::twoFiles))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder to write to, but was a file (" + file + ")");
        assertThat(file).hasContent("old");
    }
}
