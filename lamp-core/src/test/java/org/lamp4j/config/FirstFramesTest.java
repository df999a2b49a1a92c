package org.lamp4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.training.Validation;

class FirstFramesTest {

    @TempDir
    private Path folder;

    private Path image(String name) throws IOException {
        return Files.write(folder.resolve(name), new byte[] {1, 2, 3});
    }

    private List<String> chosen(List<Path> sources, String... prompts) throws IOException {
        return FirstFrames.of(sources, List.of(prompts)).stream()
                .map(choice -> choice.prompt() + ": " + choice.image().getFileName())
                .toList();
    }

    @Test
    void of_folderOfMoreImagesThanPrompts_takesThoseNamedAfterThem() throws IOException {
        for (String name : List.of("a_cow_walks", "a_dog_runs", "a_dog_runs_home", "a_cat", "zebra", "b")) {
            image(name + ".png");
        }
        image("notes.txt");

        assertThat(chosen(List.of(folder), "a dog runs home", "a cow walks"))
                .containsExactly("a dog runs home: a_dog_runs_home.png", "a cow walks: a_cow_walks.png");
    }

    @Test
    void of_folderOfAsManyImages_pairsThemByNameNotByOrder() throws IOException {
        image("a_cat_sleeps.jpg");
        image("the_dog_sleeps.png");

        assertThat(chosen(List.of(folder), "the dog sleeps", "a cat sleeps"))
                .containsExactly("the dog sleeps: the_dog_sleeps.png", "a cat sleeps: a_cat_sleeps.jpg");
    }

    @Test
    void of_folderWithoutTheImageOfAPrompt_isRefusedWithTheNameExpected() throws IOException {
        image("a_cat_sleeps.png");
        image("the_dog_sleeps.png");

        assertThatThrownBy(() -> chosen(List.of(folder), "a cat sleeps", "a cow sleeps"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image for each prompt, but there is no a_cow_sleeps.png for \"a cow sleeps\" ("
                        + folder + ")");
    }

    @Test
    void of_folderOfAsManyImagesOfOtherNames_isRefusedInsteadOfGuessing() throws IOException {
        image("1.png");
        image("2.png");

        assertThatThrownBy(() -> chosen(List.of(folder), "a cat", "a dog"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "expected an image for each prompt, but there is no a_cat.png for \"a cat\" (" + folder + ")");
    }

    @Test
    void of_severalImagesOfAName_takesThePng() throws IOException {
        image("a_cat.jpg");
        image("a_cat.png");

        assertThat(chosen(List.of(folder), "a cat")).containsExactly("a cat: a_cat.png");
    }

    @Test
    void of_nameWithAccentsApart_isThatOfThePrompt() throws IOException {
        image("a_cafe\u0301.png");
        image("b.png");

        assertThat(chosen(List.of(folder), "a caf\u00e9")).hasSize(1);
    }

    @Test
    void of_aSingleImage_isTheFirstFrameOfAllPrompts() throws IOException {
        Path image = image("a_cat.png");

        assertThat(chosen(List.of(image), "one", "a cat")).containsExactly("one: a_cat.png", "a cat: a_cat.png");
        assertThat(chosen(List.of(folder), "one", "two")).containsExactly("one: a_cat.png", "two: a_cat.png");
        assertThatThrownBy(() -> chosen(List.of(folder), "one", "a cat")).isInstanceOf(IOException.class);
    }

    @Test
    void of_listedImages_areTakenByNameAndElseInTheirOrder() throws IOException {
        Path cat = image("a_cat.png");
        Path dog = image("a_dog.png");

        assertThat(chosen(List.of(cat, dog), "a dog", "a cat")).containsExactly("a dog: a_dog.png", "a cat: a_cat.png");
        assertThat(chosen(List.of(dog, cat), "x", "y")).containsExactly("x: a_dog.png", "y: a_cat.png");
        assertThatThrownBy(() -> chosen(List.of(cat, dog), "x", "y", "z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a prompt for each of 2 first frames, but was 3");
    }

    @Test
    void of_noPrompts_takesTheImagesNames() throws IOException {
        image("a_cat.png");
        image("a_dog.png");

        assertThat(chosen(List.of(folder))).containsExactly("a cat: a_cat.png", "a dog: a_dog.png");
    }

    @Test
    void of_folderWithoutImages_isNamed() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "");

        assertThatThrownBy(() -> chosen(List.of(folder), "a cat"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected at least one first frame, but found none (" + folder + ")");
    }

    @Test
    void examples_folderOfMoreImagesThanPrompts_areThePromptsOwn() throws IOException {
        for (int index = 0; index < 6; index++) {
            Files.write(folder.resolve("image_" + index + ".pixel"), new byte[] {(byte) index, 0, 0});
        }

        List<Validation.Example> examples = new LampConfig.ValidationData(
                        OptionalInt.of(1),
                        List.of(folder),
                        List.of("image 4", "image 1"),
                        GenerationOptions.newBuilder().build(),
                        OptionalInt.empty())
                .examples();

        assertThat(examples).extracting(Validation.Example::prompt).containsExactly("image 4", "image 1");
        assertThat(examples)
                .extracting(example -> example.firstFrame().valueAt(0, 0, 0))
                .containsExactly(4, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a cat"})
    void examples_noImagePath_isRefused(String prompt) {
        LampConfig.ValidationData data = new LampConfig.ValidationData(
                OptionalInt.of(1),
                List.of(),
                prompt.isEmpty() ? List.of() : List.of(prompt),
                GenerationOptions.newBuilder().build(),
                OptionalInt.empty());

        assertThatThrownBy(data::examples)
                .isInstanceOf(IOException.class)
                .hasMessage("expected at least one first frame, but was none (image_path)");
    }

    /** Names only matter where clips are written. */
    @Test
    void of_imagesOfTheSameNameWithoutPrompts_areAllTaken() throws IOException {
        Path one = Files.createDirectories(folder.resolve("p1")).resolve("x.png");
        Path other = Files.createDirectories(folder.resolve("p2")).resolve("x.png");
        Files.write(one, new byte[] {1});
        Files.write(other, new byte[] {2});

        assertThat(FirstFrames.of(List.of(one, other), List.of()))
                .containsExactly(new FirstFrames.Choice("x", one), new FirstFrames.Choice("x", other));
    }
}
