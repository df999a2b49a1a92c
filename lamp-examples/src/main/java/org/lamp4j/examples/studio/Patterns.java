package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.files.PrintableText;

/** The motions that were learned or brought along. */
final class Patterns {

    static final String FILE = "pattern.safetensors";
    private static final String PREVIEW = "preview.gif";
    private static final int MAX_BLENDED = 16;
    private static final String ADVICE =
            "Motions belong to the model that they were learned on: choose that model, or another file.";

    private final StudioFolder folder;
    private final OpenModel model;
    private final Limits limits;
    private final Shelf shelf;

    Patterns(StudioFolder folder, OpenModel model, Events events, Limits limits) throws IOException {
        this.folder = folder;
        this.model = model;
        this.limits = limits;
        this.shelf = new Shelf(
                folder.path(),
                new Shelf.Kind("patterns", "pattern.json", "patterns", "this motion"),
                events,
                this::shown);
    }

    Shelf shelf() {
        return shelf;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/patterns", request -> shelf.list(true)),
                new Route("POST", "/api/patterns", this::upload),
                new Route("PATCH", "/api/patterns/{id}", this::rename),
                new Route("DELETE", "/api/patterns/{id}", request -> {
                    shelf.discard(request.id());
                    return Shelf.deleted();
                }),
                new Route("POST", "/api/patterns/{id}/restore", request -> shelf.restore(request.id())),
                new Route("GET", "/api/patterns/{id}/file", request -> {
                    shelf.get(request.id());
                    return Answer.file(file(request.id()), "application/octet-stream");
                }),
                new Route("GET", "/api/patterns/{id}/preview", request -> preview(request.id())));
    }

    private Answer upload(Request request) throws IOException {
        String name = request.fileName();
        Path file = folder.incoming("safetensors");
        try {
            request.saveBody(file, limits.patternBytes());
            String id = model.use(backbone -> {
                try {
                    MotionPattern pattern = MotionPattern.load(backbone, file);
                    String title = name.replaceFirst("\\.[^.]*$", "");
                    return add(
                            description(pattern, title.isBlank() ? name : title, ""),
                            staged -> Files.move(file, staged.resolve(FILE)));
                } catch (IOException unreadable) {
                    throw Sources.refused(unreadable, file, name, ADVICE);
                }
            });
            return shelf.show(id);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private ObjectNode description(MotionPattern pattern, String name, String caption) {
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("caption", caption)
                .put("base", model.name())
                .put("baseFingerprint", pattern.backbone().fingerprint());
        pattern.trainedSteps().ifPresent(steps -> description.put("steps", steps));
        return description;
    }

    private String add(ObjectNode description, org.lamp4j.files.AtomicFolder.Content content) throws IOException {
        String id = Shelf.newId();
        shelf.add(
                id,
                staged -> {
                    content.writeTo(staged);
                    description.put("bytes", Files.size(staged.resolve(FILE)));
                },
                description);
        return id;
    }

    /**
     * Keeps what was learned.
     *
     * @param preview a GIF that shows the motion, if there is one
     */
    String add(MotionPattern pattern, String name, String caption, Optional<Path> preview) throws IOException {
        return add(description(pattern, name, caption), staged -> {
            pattern.save(staged.resolve(FILE));
            if (preview.isPresent()) {
                Shelf.copy(preview.get(), staged.resolve(PREVIEW));
            }
        });
    }

    private Answer rename(Request request) throws IOException {
        Fields fields = request.json().only(Set.of("name"));
        String name =
                PrintableText.line(fields.text("name", Limits.NAME_LENGTH)).strip();
        synchronized (this) {
            shelf.update(request.id(), shelf.get(request.id()).put("name", name));
        }
        return shelf.show(request.id());
    }

    private Answer preview(String id) throws IOException {
        shelf.get(id);
        Path file = shelf.place(id).resolve(PREVIEW);
        if (!Files.exists(file)) {
            throw Refusal.notFound("a picture of this motion");
        }
        return Answer.file(file, "image/gif");
    }

    Path file(String id) {
        return shelf.place(id).resolve(FILE);
    }

    private ObjectNode shown(ObjectNode description) {
        String base = Shelf.textOf(description, "baseFingerprint");
        description.put("fits", model.fingerprint().map(base::equals).orElse(true));
        description.remove("baseFingerprint");
        return description;
    }

    /** Refuses what names no motions that are there: an id, or a list of ids with weights. */
    void check(JsonNode chosen) {
        for (Part part : parts(chosen)) {
            shelf.get(part.id());
        }
    }

    String nameOf(JsonNode chosen) {
        return String.join(
                " + ",
                parts(chosen).stream()
                        .map(part -> Shelf.textOf(shelf.get(part.id()), "name"))
                        .toList());
    }

    /** Loads a motion, or blends several. */
    MotionPattern load(Backbone backbone, JsonNode chosen) throws IOException {
        List<MotionPattern.Share> shares = new ArrayList<>();
        for (Part part : parts(chosen)) {
            shelf.get(part.id());
            shares.add(new MotionPattern.Share(MotionPattern.load(backbone, file(part.id())), part.weight()));
        }
        return chosen.isTextual() ? shares.get(0).pattern() : MotionPattern.blend(shares);
    }

    private record Part(String id, float weight) {}

    private static List<Part> parts(JsonNode chosen) {
        List<Part> parts = new ArrayList<>();
        if (chosen.isTextual()) {
            parts.add(new Part(chosen.textValue(), 1));
        } else if (chosen.isArray()) {
            for (JsonNode part : chosen) {
                if (!part.path("id").isTextual() || !part.path("weight").isNumber()) {
                    throw Refusal.badRequest("expected an id and a weight of each motion, but was "
                            + PrintableText.excerpt(part.toString()) + " (pattern)");
                }
                parts.add(new Part(
                        part.path("id").textValue(), part.path("weight").floatValue()));
            }
        }
        if (parts.isEmpty() || parts.size() > MAX_BLENDED) {
            throw Refusal.badRequest("expected a motion, or 1 to " + MAX_BLENDED + " motions with weights, but was "
                    + PrintableText.excerpt(chosen.toString()) + " (pattern)");
        }
        return parts;
    }
}
