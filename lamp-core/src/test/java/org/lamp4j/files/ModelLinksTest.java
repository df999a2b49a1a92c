package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLinksTest {

    private static final List<String> FOLDERS = List.of("tokenizer", "unet");

    @TempDir
    Path folder;

    private Path model;
    private Path secret;

    @BeforeEach
    void makeModel() throws IOException {
        model = folder.resolve("models--a--b/snapshots/0123");
        Files.createDirectories(model.resolve("unet"));
        Files.writeString(model.resolve("unet/config.json"), "{}");
        secret = Files.writeString(folder.resolve("secret"), "{}");
    }

    /** Makes a link; some systems let only administrators do so. */
    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileSystemException | UnsupportedOperationException e) {
            abort("no symbolic links here: " + e.getMessage());
        }
    }

    @Test
    void check_linkWithinTheFolder_isFollowed() throws IOException {
        link(model.resolve("unet/a.json"), Path.of("config.json"));
        link(model.resolve("tokenizer"), model.resolve("unet"));

        assertThatCode(() -> ModelLinks.check(model, FOLDERS)).doesNotThrowAnyException();
    }

    @Test
    void check_directoryReachedByALink_isFollowed() throws IOException {
        Path alias = folder.resolve("alias");
        link(alias, model);
        link(model.resolve("unet/a.json"), Path.of("config.json"));

        assertThatCode(() -> ModelLinks.check(alias, FOLDERS)).doesNotThrowAnyException();
    }

    @Test
    void check_fileLinkedFromElsewhere_isRefused() throws IOException {
        Path link = model.toRealPath().resolve("unet/weights.bin");
        link(link, Path.of("../../../../secret"));

        assertThatIOException()
                .isThrownBy(() -> ModelLinks.check(model, FOLDERS))
                .withMessage("expected links within the model folder, but was one to " + secret.toRealPath() + " ("
                        + link + "); copy the file to its place if you trust it");
    }

    @Test
    void check_folderLinkedFromElsewhere_isRefused() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        link(model.resolve("tokenizer"), elsewhere);

        assertThatIOException()
                .isThrownBy(() -> ModelLinks.check(model, FOLDERS))
                .withMessageStartingWith(
                        "expected links within the model folder, but was one to " + elsewhere.toRealPath());
    }

    @Test
    void check_linkToALinkThatLeaves_isRefused() throws IOException {
        link(model.resolve("unet/inner"), secret);
        link(model.resolve("tokenizer"), Path.of("unet/inner"));

        assertThatIOException().isThrownBy(() -> ModelLinks.check(model, List.of("tokenizer")));
    }

    @Test
    void check_linkToNothing_isRefused() throws IOException {
        link(model.resolve("unet/weights.bin"), Path.of("gone"));

        assertThatIOException()
                .isThrownBy(() -> ModelLinks.check(model, FOLDERS))
                .withMessage("expected a link to a file of the model, but was one to gone, which leads nowhere ("
                        + model.toRealPath().resolve("unet/weights.bin") + ")");
    }

    @Test
    void check_cacheOfHuggingFace_isFollowedToItsBlobsOnly() throws IOException {
        Path blobs = Files.createDirectory(folder.resolve("models--a--b/blobs"));
        Files.writeString(blobs.resolve("abc"), "{}");
        link(model.resolve("unet/blob.json"), Path.of("../../../blobs/abc"));
        assertThatCode(() -> ModelLinks.check(model, FOLDERS)).doesNotThrowAnyException();

        link(model.resolve("unet/other.json"), Path.of("../../../../secret"));
        assertThatIOException()
                .isThrownBy(() -> ModelLinks.check(model, FOLDERS))
                .withMessageContaining("other.json");
    }

    @Test
    void check_blobsBesideAnotherFolder_areRefused() throws IOException {
        Path plain = Files.createDirectories(folder.resolve("models/one"));
        Files.createDirectories(plain.resolve("unet"));
        Files.createDirectories(folder.resolve("blobs"));
        link(plain.resolve("unet/a"), Files.writeString(folder.resolve("blobs/abc"), ""));

        assertThatIOException().isThrownBy(() -> ModelLinks.check(plain, FOLDERS));
    }
}
