package org.lamp4j.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.files.PassedOver;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.generation.GenerationBatch.Item;

class GenerationBatchTest {

    @TempDir
    private Path folder;

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "");
    }

    private Path table(String text) throws IOException {
        return Files.writeString(folder.resolve("batch.csv"), text);
    }

    @Test
    void read_folder_isItsImagesWithTheirNamesAsPrompts() throws IOException {
        file("b_horse_runs.png");
        file("a_cat.sits.JPG");
        file(".hidden.png");
        file("notes.txt");
        Files.createDirectory(folder.resolve("folder.png"));

        assertThat(GenerationBatch.read(folder).items())
                .containsExactly(
                        new Item(folder.resolve("a_cat.sits.JPG"), "a cat.sits", "a_cat.sits", OptionalLong.empty()),
                        new Item(
                                folder.resolve("b_horse_runs.png"),
                                "b horse runs",
                                "b_horse_runs",
                                OptionalLong.empty()));
    }

    @Test
    void read_folderWithOtherFiles_namesThemInAWarning() throws IOException {
        file("a.png");
        file("b.heic");

        try (LoggedMessages warnings = LoggedMessages.of(PassedOver.class)) {
            GenerationBatch.read(folder);

            assertThat(warnings.all())
                    .containsExactly("expected images, so these are passed over: b.heic (" + folder + ")");
        }
    }

    @Test
    void read_image_isABatchOfOne() throws IOException {
        Path image = file("a_cat.png");

        assertThat(GenerationBatch.read(image).items())
                .containsExactly(new Item(image, "a cat", "a_cat", OptionalLong.empty()));
    }

    @Test
    void read_table_fillsInWhatIsEmpty() throws IOException {
        Path table = table("image,prompt,output,seed\nx/a.png,\"a cat, asleep\",,\n/b.png,a dog,dog.gif,-7\n");

        assertThat(GenerationBatch.read(table).items())
                .containsExactly(
                        new Item(folder.resolve("x/a.png"), "a cat, asleep", "a", OptionalLong.empty()),
                        new Item(Path.of("/b.png"), "a dog", "dog.gif", OptionalLong.of(-7)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image\\n|expected the heading image,prompt[,output][,seed], but was image|, line 1",
                "image,prompt,seed\\na.png,a,x\\n|expected a whole number as seed, but was x|, line 2",
                "image,prompt\\n,a\\n|expected an image, but was nothing|, line 2",
                "image,prompt\\n/,a\\n|expected an image, but was /|, line 2",
                "image,prompt\\na\u0000.png,a\\n|expected a path of an image, but was a\u0000.png|, line 2",
                "image,prompt\\n|expected at least one first frame, but found none|''"
            })
    void read_damagedTable_namesFileAndLine(String text, String message, String line) throws IOException {
        Path table = table(text.replace("\\n", "\n"));

        assertThatThrownBy(() -> GenerationBatch.read(table))
                .isInstanceOf(IOException.class)
                .hasMessage(message + " (" + table + line + ")");
    }

    @Test
    void read_outputsOfOneName_areRefused() throws IOException {
        file("a.png");
        file("a.jpg");

        assertThatThrownBy(() -> GenerationBatch.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected outputs of different names, but was a for " + folder.resolve("a.jpg")
                        + " and for " + folder.resolve("a.png") + " (" + folder + ")");
    }

    @Test
    void read_nothingThere_isNamed() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> GenerationBatch.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image, a folder of images or a .csv file, but there is no " + missing);
    }

    @Test
    void withPrompts_oneImage_isUsedForEach() throws IOException {
        GenerationBatch batch = GenerationBatch.read(file("a.png")).withPrompts(List.of("one", "two"));

        assertThat(batch.items()).extracting(Item::prompt).containsExactly("one", "two");
        assertThat(batch.items()).extracting(Item::output).containsExactly("a-1", "a-2");
    }

    @Test
    void withPrompts_anotherNumber_isRefused() throws IOException {
        file("a.png");
        file("b.png");
        GenerationBatch batch = GenerationBatch.read(folder);

        assertThat(batch.withPrompts(List.of("one", "two")).items())
                .extracting(Item::output)
                .containsExactly("a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.withPrompts(List.of("one")))
                .withMessage("expected a prompt for each of 2 first frames, but was 1");
    }
}
