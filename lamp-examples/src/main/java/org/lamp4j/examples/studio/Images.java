package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lamp4j.media.RgbImage;

/** The pictures that clips begin with. */
final class Images {

    private static final String FILE = "image.png";
    private static final String ADVICE = "Save it as PNG or JPEG with any picture program, and add that.";

    private final StudioFolder folder;
    private final Limits limits;
    private final Shelf shelf;

    Images(StudioFolder folder, Events events, Limits limits) throws IOException {
        this.folder = folder;
        this.limits = limits;
        this.shelf = new Shelf(
                folder.path(),
                new Shelf.Kind("images", "image.json", "images", "this picture"),
                events,
                UnaryOperator.identity());
    }

    Shelf shelf() {
        return shelf;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/images", request -> shelf.list(true)),
                new Route("POST", "/api/images", this::upload),
                new Route("GET", "/api/images/{id}", request -> {
                    shelf.get(request.id());
                    return Answer.file(file(request.id()), "image/png");
                }),
                new Route("DELETE", "/api/images/{id}", request -> {
                    shelf.delete(request.id());
                    return Shelf.deleted();
                }));
    }

    private Answer upload(Request request) throws IOException {
        if (shelf.size() >= Limits.IMAGES) {
            throw new Refusal(
                    Refusal.CONFLICT,
                    "expected at most " + Limits.IMAGES + " pictures, but were more",
                    "Delete pictures that are not needed.");
        }
        String name = request.fileName();
        Path file = folder.incoming("");
        try {
            request.saveBody(file, limits.imageBytes());
            RgbImage image;
            try {
                image = RgbImage.read(file);
            } catch (IOException unreadable) {
                throw Sources.refused(unreadable, file, name, ADVICE);
            }
            return shelf.show(add(image, Optional.empty()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Keeps a picture's pixels; whatever else its file had stays behind. */
    String add(RgbImage image, Optional<String> prompt) throws IOException {
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("width", image.size().width())
                .put("height", image.size().height());
        prompt.ifPresent(text -> description.put("prompt", text));
        String id = Shelf.newId();
        shelf.add(id, staged -> image.write(staged.resolve(FILE)), description);
        return id;
    }

    Path file(String id) {
        return shelf.place(id).resolve(FILE);
    }

    RgbImage read(String id) throws IOException {
        shelf.get(id);
        return RgbImage.read(file(id));
    }
}
