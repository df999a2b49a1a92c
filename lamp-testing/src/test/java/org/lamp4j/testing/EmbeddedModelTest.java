package org.lamp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;

class EmbeddedModelTest {

    private static final Path RESOURCES = Path.of("src/main/resources/org/lamp4j/testing/model");

    @TempDir
    private Path folder;

    @Test
    void copyTo_newFolder_modelThatOpens() throws IOException {
        Path model = folder.resolve("some/model");

        EmbeddedModel.copyTo(model);

        assertThat(model.resolve("scheduler/scheduler_config.json")).content().contains("scaled_linear");
        try (Backbone backbone = Backbone.load(model)) {
            assertThat(backbone.model().latentCodec().latentChannels()).isEqualTo(4);
        }
    }

    @Test
    void copyTo_folderWithFiles_replacesItsOwnAndKeepsOthers() throws IOException {
        Path config = folder.resolve("vae/config.json");
        Files.createDirectories(config.getParent());
        Files.writeString(config, "old");
        Path other = Files.writeString(folder.resolve("notes.txt"), "mine");

        EmbeddedModel.copyTo(folder);

        assertThat(config).content().contains("AutoencoderKL");
        assertThat(other).hasContent("mine");
    }

    @Test
    void files_areAllOfTheFolder() throws IOException {
        try (Stream<Path> paths = Files.walk(RESOURCES)) {
            assertThat(paths.filter(Files::isRegularFile)
                            .map(path -> RESOURCES.relativize(path).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrderElementsOf(EmbeddedModel.FILES);
        }
    }
}
