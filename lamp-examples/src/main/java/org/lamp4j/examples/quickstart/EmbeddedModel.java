package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The small base model that comes with the examples; {@code lamp pretrain} makes it. */
public final class EmbeddedModel {

    private static final String FOLDER = "model";

    private EmbeddedModel() {}

    /**
     * Copies the model out of the jar, so that it can be mapped; files that are there already are replaced.
     *
     * @param target where its files go, which {@code Backbone.load} then takes; made if it is not there
     * @throws IOException if a file cannot be written
     */
    public static void copyTo(Path target) throws IOException {
        URL resource = EmbeddedModel.class.getResource(FOLDER);
        if (resource == null) {
            throw new IOException("expected a model in the jar, but there is none");
        }
        URI uri = uri(resource);
        if (uri.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                copyTree(jar.provider().getPath(uri), target);
            }
        } else {
            copyTree(Path.of(uri), target);
        }
    }

    private static URI uri(URL resource) throws IOException {
        try {
            return resource.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("expected a location of shipped files, but was " + resource, e);
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(source)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            Path copy = target.resolve(source.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(copy);
            } else {
                copyFile(path, copy);
            }
        }
    }

    /** Leaves no part of a file; the system's reason, such as a full disk, says nothing of it. */
    private static void copyFile(Path source, Path target) throws IOException {
        byte[] content = Files.readAllBytes(source);
        try {
            Files.write(target, content);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw new IOException(
                    "expected a file that can be written, but was: " + e.getMessage() + " (" + target + ")", e);
        }
    }
}
