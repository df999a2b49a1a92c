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
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;

/** The small base model that comes with the examples; {@code lamp pretrain} makes it. */
public final class EmbeddedModel {

    private static final String FOLDER = "model";

    private EmbeddedModel() {}

    /**
     * Copies the model out of the jar, so that it can be mapped. In a new folder it appears whole or not at all; files that
     * are there already are replaced one by one, so that who has them mapped keeps what he has.
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
                Path source = jar.provider().getPath(uri);
                AtomicFolder.write(target, folder -> copyTree(source, folder));
            }
        } else {
            AtomicFolder.write(target, folder -> copyTree(Path.of(uri), folder));
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
                byte[] content = Files.readAllBytes(path);
                AtomicFile.write(copy, output -> output.write(content));
            }
        }
    }
}
