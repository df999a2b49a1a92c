package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.errors.BackendMissingException;
import org.lamp4j.files.PassedOver;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.testing.FakeMediaFiles;

class TrainingClipsTest {

    @TempDir
    Path parent;

    private Path folder;

    @BeforeEach
    void createFolder() throws IOException {
        folder = Files.createDirectory(parent.resolve("a_horse_runs"));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private List<String> captions() throws IOException {
        return TrainingClips.in(folder).clips().stream()
                .map(TrainingClip::caption)
                .toList();
    }

    @Test
    void in_folderOfClips_ordersThemByNameAndNamesOtherFilesInAWarning() throws IOException {
        write("b.clip", "20");
        write("a.clip", "20");
        write("b.txt", "a horse");
        write("a.txt", "a horse");
        write("c.txt", "of no clip");
        write("notes.md", "not a clip");
        write(".hidden.clip", "20");

        try (LoggedMessages warnings = LoggedMessages.of(PassedOver.class)) {
            assertThat(TrainingClips.in(folder).clips())
                    .extracting(TrainingClip::name)
                    .containsExactly("a.clip", "b.clip");
            assertThat(warnings.all())
                    .containsExactly("expected clips, so these are passed over: c.txt, notes.md (" + folder + ")");
        }
    }

    @Test
    void in_withoutCaptions_takesTheFoldersName() throws IOException {
        write("a.clip", "20");

        assertThat(captions()).containsExactly("a horse runs");
    }

    @Test
    void in_sidecarText_isTheCaption() throws IOException {
        write("a.clip", "20");
        write("a.txt", " a brown horse runs \n");
        write("b.clip", "20");

        try (LoggedMessages warnings = LoggedMessages.of(VideoFiles.class)) {
            assertThat(captions()).containsExactly("a brown horse runs", "a horse runs");
            assertThat(warnings.all())
                    .containsExactly("expected a caption, as other clips of the folder have one, so the folder's name"
                            + " is taken for it (" + folder.resolve("b.clip") + ")");
        }
    }

    @Test
    void in_emptySidecar_isNamed() throws IOException {
        write("a.clip", "20");
        write("a.txt", " \n");

        assertThatThrownBy(() -> TrainingClips.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a caption, but was an empty file (" + folder.resolve("a.txt") + ")");
    }

    @Test
    void in_captionTable_goesBeforeTheSidecar() throws IOException {
        write("a.clip", "20");
        write("a.txt", "from the sidecar");
        write("b.clip", "20");
        write("b.txt", "from the sidecar");
        write("captions.csv", "file,caption\r\na.clip,\"a horse, \"\"brown\"\",\nruns\"\r\n");

        assertThat(captions()).containsExactly("a horse, \"brown\",\nruns", "from the sidecar");
    }

    @Test
    void in_captionTableWithMarkAndBlankLines_isRead() throws IOException {
        write("a.clip", "20");
        write("captions.csv", "\uFEFFfile,caption\n\n a.clip , a horse \n\n");

        assertThat(captions()).containsExactly("a horse");
    }

    @Test
    void in_captionTableWithWeights_clipsHaveThem() throws IOException {
        write("a.clip", "20");
        write("b.clip", "20");
        write("c.clip", "20");
        write("captions.csv", "file,caption,weight\na.clip,x,2.5\nb.clip,y,\n");

        assertThat(TrainingClips.in(folder).clips())
                .extracting(TrainingClip::weight)
                .containsExactly(2.5, 1.0, 1.0);
        assertThat(TrainingClips.in(folder).clips().get(0)).hasToString("a.clip (\"x\", weight 2.5)");
    }

    @Test
    void in_captionForAMissingClip_namesIt() throws IOException {
        write("a.clip", "20");
        write("captions.csv", "file,caption\nb.clip,x\nc.clip,y\n");

        assertThatThrownBy(() -> TrainingClips.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a clip for each line of " + folder.resolve("captions.csv")
                        + ", but there is none for b.clip, c.clip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.clip,x\n=>expected the heading file,caption[,weight], but was a.clip,x|line 1",
                "file,caption\na.clip\n=>expected 2 fields, but was 1|line 2",
                "file,caption\na.clip, \n=>expected a caption for a.clip, but was none|line 2",
                "file,caption\na.clip,x\na.clip,y\n=>expected one caption for a.clip, but was a second|line 3",
                "file,caption,weight\na.clip,x,much\n=>expected a number as weight, but was much|line 2",
                "file,caption,weight\na.clip,x,0\n=>expected a weight from 0.01 to 100, but was 0.0 (clip a.clip)|line 2",
                "file,caption,weight\na.clip,x,NaN\n=>expected a weight from 0.01 to 100, but was NaN (clip a.clip)|line 2",
                "file,caption\na.clip,\"x\n=>expected a closing quote, but the file ended|line 2",
                "file,caption\na.clip,\"x\"y\n=>expected a comma or a line's end after a closing quote, but was 'y'|line 2"
            })
    void in_damagedCaptionTable_namesTheLine(String rule) throws IOException {
        String[] parts = rule.split("=>|\\|", -1);
        write("a.clip", "20");
        write("captions.csv", parts[0]);

        assertThatThrownBy(() -> TrainingClips.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(parts[1] + " (" + folder.resolve("captions.csv") + ", " + parts[2] + ")");
    }

    @Test
    void in_folders_areClipsIfTheyHoldImagesButNoClips() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.writeString(images.resolve("000.png"), "");
        Files.writeString(images.resolve("notes.md"), "");
        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        Files.writeString(mixed.resolve("000.png"), "");
        Files.writeString(mixed.resolve("truth.clip"), "20");
        Files.createDirectory(folder.resolve("empty"));

        assertThat(TrainingClips.in(folder).clips())
                .extracting(TrainingClip::name)
                .containsExactly("images");
    }

    @Test
    void in_missingFolder_isNamed() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> TrainingClips.in(missing))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder of clips, or a clip, but " + missing + " does not exist");
    }

    @Test
    void in_anotherFileInsteadOfFolder_isNamed() throws IOException {
        write("notes.md", "not a clip");

        assertThatThrownBy(() -> TrainingClips.in(folder.resolve("notes.md")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder of clips, or a clip, but " + folder.resolve("notes.md") + " is neither");
    }

    @Test
    void in_aSingleClip_isTheOnlyOneAndCaptionedByItsOwnName() throws IOException {
        write("a_man_surfs.clip", "20");
        write("b.clip", "20");

        assertThat(TrainingClips.in(folder.resolve("a_man_surfs.clip")).clips())
                .singleElement()
                .satisfies(clip -> assertThat(clip.name()).isEqualTo("a_man_surfs.clip"))
                .satisfies(clip -> assertThat(clip.caption()).isEqualTo("a man surfs"));
    }

    @Test
    void in_aSingleClipWithItsCaptionBeside_takesThat() throws IOException {
        write("a.clip", "20");
        write("a.txt", "from the sidecar");
        assertThat(TrainingClips.in(folder.resolve("a.clip")).clips().get(0).caption())
                .isEqualTo("from the sidecar");

        write("captions.csv", "file,caption\na.clip,from the table\nb.clip,of another\n");
        assertThat(TrainingClips.in(folder.resolve("a.clip")).clips().get(0).caption())
                .isEqualTo("from the table");
    }

    @Test
    void in_folderOfFramesOnly_isOneClipCaptionedByItsOwnName() throws IOException {
        write("000.png", "");
        write("001.png", "");

        assertThat(TrainingClips.in(folder).clips())
                .singleElement()
                .satisfies(clip ->
                        assertThat(clip.name()).isEqualTo(folder.getFileName().toString()))
                .satisfies(clip -> assertThat(clip.caption()).isEqualTo("a horse runs"));

        Files.createDirectory(folder.resolve("more"));
        assertThatThrownBy(() -> TrainingClips.in(folder)).hasMessageContaining("expected at least one clip");
    }

    @Test
    void in_folderWithoutClips_isNamed() throws IOException {
        write("notes.md", "not a clip");

        assertThatThrownBy(() -> TrainingClips.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected at least one clip, but found none (" + folder + ")");
    }

    @Test
    void in_noReaderInstalled_namesTheArtifactToAdd() {
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThatExceptionOfType(BackendMissingException.class)
                    .isThrownBy(() -> TrainingClips.in(folder))
                    .withMessageContaining("add org.lamp4j:lamp-video");
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    @Test
    void of_noClips_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingClips.of(List.of()))
                .withMessage("expected at least one training clip, but was none");
    }

    @Test
    void contentHash_file_isItsSha256() throws IOException {
        write("a.clip", "20");

        assertThat(TrainingClip.of(folder.resolve("a.clip"), "x").contentHash())
                .isEqualTo("sha256:f5ca38f748a1d6eaf726b8a42fb575c3c71f1864a8143301782de13da2d9202b");
    }

    @Test
    void contentHash_folder_dependsOnNamesAndContents() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.writeString(images.resolve("0.png"), "x");
        TrainingClip clip = TrainingClip.of(images, "x");
        String before = clip.contentHash();

        Files.writeString(images.resolve("0.png"), "y");
        String changed = clip.contentHash();
        Files.move(images.resolve("0.png"), images.resolve("1.png"));

        assertThat(before).isNotEqualTo(changed);
        assertThat(clip.contentHash()).isNotEqualTo(changed);
    }

    @Test
    void contentHash_memory_dependsOnThePixels() throws IOException {
        FrameSize size = new FrameSize(8, 4);
        String hash = TrainingClip.of("a", FakeMediaFiles.clip(1, 3, size), "x").contentHash();

        assertThat(TrainingClip.of("b", FakeMediaFiles.clip(1, 3, size), "y").contentHash())
                .isEqualTo(hash);
        assertThat(TrainingClip.of("a", FakeMediaFiles.clip(2, 3, size), "x").contentHash())
                .isNotEqualTo(hash);
    }

    @Test
    void open_memory_givesAllFramesEachTime() throws IOException {
        TrainingClip clip = TrainingClip.of("a", FakeMediaFiles.clip(1, 3, new FrameSize(8, 4)), "x");

        for (int time = 0; time < 2; time++) {
            try (FrameReader reader = clip.open()) {
                int frames = 0;
                while (reader.next().isPresent()) {
                    frames++;
                }
                assertThat(frames).isEqualTo(3);
                assertThat(reader.framesPerSecond()).isEqualTo(8);
            }
        }
    }
}
