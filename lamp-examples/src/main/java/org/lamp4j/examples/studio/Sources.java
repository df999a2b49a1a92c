package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.video.MediaWriter;

/** The clips to learn from. */
final class Sources {

    private static final String PREVIEW = "preview.gif";
    private static final String ADVICE = "Convert it to MP4 with any video program, and add that.";

    private final StudioFolder folder;
    private final OpenModel model;
    private final Limits limits;
    private final Shelf shelf;

    Sources(StudioFolder folder, OpenModel model, Events events, Limits limits) throws IOException {
        this.folder = folder;
        this.model = model;
        this.limits = limits;
        this.shelf = new Shelf(
                folder.path(), new Shelf.Kind("sources", "source.json", "sources", "this clip"), events, this::shown);
    }

    Shelf shelf() {
        return shelf;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/sources", request -> shelf.list(false)),
                new Route("POST", "/api/sources", this::upload),
                new Route("PATCH", "/api/sources/{id}", this::change),
                new Route("DELETE", "/api/sources/{id}", request -> {
                    shelf.delete(request.id());
                    return Shelf.deleted();
                }),
                new Route("GET", "/api/sources/{id}/preview", request -> {
                    shelf.get(request.id());
                    return Answer.file(shelf.place(request.id()).resolve(PREVIEW), "image/gif");
                }));
    }

    private Answer upload(Request request) throws IOException {
        requireRoom();
        String name = request.fileName();
        Path file = folder.incoming(Request.ending(name));
        try {
            request.saveBody(file, limits.sourceBytes());
            return shelf.show(add(file, name, captionOf(name)));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void requireRoom() {
        if (shelf.size() >= Limits.SOURCES) {
            throw new Refusal(
                    Refusal.CONFLICT,
                    "expected at most " + Limits.SOURCES + " clips, but were more",
                    "Remove clips that are not needed: 8 to 16 of one motion are enough.");
        }
    }

    /** Takes a file over, after it has been decoded once; returns its id. */
    String add(Path file, String name, String caption) throws IOException {
        requireRoom();
        if (!MediaFiles.installed().isClip(file)) {
            throw new Refusal(Refusal.UNUSABLE, "expected a clip such as an MP4, WebM or GIF, but was " + name, ADVICE);
        }
        ClipInspection clip;
        try {
            clip = ClipInspection.of(file);
        } catch (IOException unreadable) {
            throw refused(unreadable, file, name, ADVICE);
        }
        ObjectNode source = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("file", "clip." + Request.ending(file.getFileName().toString()))
                .put("frameCount", clip.frameCount())
                .put("framesPerSecond", clip.framesPerSecond())
                .put("width", clip.size().width())
                .put("height", clip.size().height())
                .put("caption", caption)
                .put("from", 0)
                .put("to", clip.frameCount())
                .put("cut", clip.cut());
        String id = Shelf.newId();
        shelf.add(
                id,
                staged -> {
                    MediaWriter.newBuilder().build().writeClip(clip.preview(), staged.resolve(PREVIEW));
                    Files.move(file, staged.resolve(source.path("file").asText()));
                },
                source);
        return id;
    }

    /** Tells why a file cannot be used, in the library's words, but with the name that the person knows it by. */
    static Refusal refused(IOException problem, Path file, String name, String advice) throws IOException {
        if (Failure.isDiskFull(problem)) {
            throw problem;
        }
        return new Refusal(
                Refusal.UNUSABLE, String.valueOf(problem.getMessage()).replace(file.toString(), name), advice);
    }

    /** A name of several words says what the clip shows; one that a camera has made does not. */
    private static String captionOf(String name) {
        String words =
                name.replaceFirst("\\.[^.]*$", "").replaceAll("[_\\-\\s]+", " ").strip();
        boolean speaks = Arrays.stream(words.split(" "))
                        .filter(word -> word.matches("\\p{L}+"))
                        .count()
                >= 3;
        return speaks ? words : "";
    }

    private Answer change(Request request) throws IOException {
        Fields fields = request.json().only(Set.of("caption", "from", "to"));
        synchronized (this) {
            ObjectNode source = shelf.get(request.id());
            fields.optionalText("caption", Limits.CAPTION_LENGTH)
                    .ifPresent(caption -> source.put("caption", caption.strip().replaceAll("\\s+", " ")));
            fields.ifInteger("from", from -> source.put("from", from));
            fields.ifInteger("to", to -> source.put("to", to));
            int from = source.path("from").asInt();
            int to = source.path("to").asInt();
            if (from < 0 || to <= from || to > source.path("frameCount").asInt()) {
                throw Refusal.badRequest("expected a part of frames 0 to "
                        + source.path("frameCount").asInt() + ", but was " + from + " to " + to + " (from, to)");
            }
            shelf.update(request.id(), source);
        }
        return shelf.show(request.id());
    }

    Path file(ObjectNode source) {
        return shelf.place(Shelf.textOf(source, "id")).resolve(Shelf.textOf(source, "file"));
    }

    static int length(ObjectNode source) {
        return source.path("to").asInt() - source.path("from").asInt();
    }

    /** Returns what the page sees of a clip: all, and what is to be said against it. */
    private ObjectNode shown(ObjectNode source) {
        ArrayNode warnings = source.putArray("warnings");
        TrainingOptions.Window window = Settings.of(model).training().window();
        if (length(source) < window.length()) {
            warn(warnings, "short", "Shorter than the " + window.length() + " frames to learn: it is skipped.");
        }
        if (length(source) > window.maxClipFrames()) {
            warn(warnings, "long", "Only the first " + window.maxClipFrames() + " frames are learned from.");
        }
        if (source.path("cut").asBoolean()) {
            warn(warnings, "cut", "There seems to be a cut: choose a part without one.");
        }
        ObjectNode first = shelf.oldest().orElse(source);
        long widthHere = source.path("width").asLong() * first.path("height").asLong();
        long widthThere = first.path("width").asLong() * source.path("height").asLong();
        if (widthHere != widthThere) {
            warn(warnings, "size", "Another shape than the first clip: its edges are cut off.");
        }
        source.remove(List.of("cut", "file"));
        return source;
    }

    private static void warn(ArrayNode warnings, String code, String text) {
        warnings.addObject().put("code", code).put("text", text);
    }
}
