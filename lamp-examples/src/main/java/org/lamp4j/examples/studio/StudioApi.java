package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.files.ScratchFolder;

/** What a page asks of the studio as a whole. */
final class StudioApi {

    private static final int MAX_PATH = 4096;
    private static final Motion SAMPLE = Motion.GROW;

    private final StudioFolder folder;
    private final OpenModel model;
    private final Events events;
    private final Limits limits;
    private final Speed speed;

    StudioApi(StudioFolder folder, OpenModel model, Events events, Limits limits, Speed speed) {
        this.folder = folder;
        this.model = model;
        this.events = events;
        this.limits = limits;
        this.speed = speed;
    }

    List<Route> routes(Sources sources, Images images, Patterns patterns, JobQueue queue) {
        return List.of(
                new Route("GET", "/api/state", request -> Answer.json(state())),
                new Route(
                        "GET",
                        "/api/openapi.json",
                        request -> new PageFiles()
                                .find("/openapi.json")
                                .orElseThrow(() -> Refusal.notFound("a description"))),
                new Route("GET", Front.EVENTS, request -> events.stream()),
                new Route("POST", "/api/model", request -> {
                    Optional<Path> path = chosenModel(request.json());
                    queue.whileIdle(() -> model.change(path));
                    modelChanged(sources, patterns);
                    model.whenKnown(() -> modelChanged(sources, patterns));
                    return Answer.json(state());
                }),
                new Route("POST", "/api/samples", request -> samples(sources, images)));
    }

    private void modelChanged(Sources sources, Patterns patterns) {
        sources.shelf().tellAll();
        patterns.shelf().tellAll();
        tell();
    }

    /** Tells pages of the state anew. */
    void tell() {
        try {
            events.publish("state", state());
        } catch (IOException unknown) {
            System.getLogger(StudioApi.class.getName())
                    .log(System.Logger.Level.WARNING, () -> "no state: " + unknown.getMessage());
        }
    }

    private static Optional<Path> chosenModel(Fields request) {
        request.only(Set.of("path"));
        String path = request.text("path", MAX_PATH);
        if (path.equals("embedded")) {
            return Optional.empty();
        }
        Path chosen;
        try {
            chosen = Path.of(path);
        } catch (java.nio.file.InvalidPathException notAPath) {
            throw request.refusal("a folder or file of this machine", "path");
        }
        if (!chosen.isAbsolute() || !Files.exists(chosen)) {
            throw new Refusal(
                    Refusal.BAD_REQUEST,
                    "expected a model folder or file of this machine, from the root on, but was " + path,
                    "Copy the path from the file manager.");
        }
        return Optional.of(chosen);
    }

    private ObjectNode state() throws IOException {
        Settings settings = Settings.of(model);
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put(
                "version",
                Optional.ofNullable(StudioApi.class.getPackage().getImplementationVersion())
                        .orElse("(run from classes)"));
        ObjectNode open = state.putObject("model")
                .put("name", model.name())
                .put("path", model.path().toString())
                .put("embedded", model.isEmbedded())
                .put(
                        "frameSizeFactor",
                        model.<Integer>use(
                                backbone -> backbone.model().latentCodec().factor()));
        model.fingerprint().ifPresent(found -> open.put("fingerprint", found));
        state.put("device", model.device().toString());
        state.put("memoryBudget", model.device().memoryBudget().bytes());
        state.put("folder", folder.path().toString());
        state.put("freeBytes", folder.freeBytes());
        state.set("limits", limits.json());
        state.putObject("learn").set("defaults", settings.learnDefaults());
        state.putObject("animate").set("defaults", settings.animateDefaults());
        List<String> features = new ArrayList<>(List.of("extend", "smooth", "enlarge", "draw", "blend"));
        if (model.isEmbedded()) {
            features.add("samples");
        }
        features.forEach(state.putArray("features")::add);
        speed.secondsPerStep()
                .ifPresentOrElse(
                        seconds -> state.put("secondsPerStep", seconds), () -> state.putNull("secondsPerStep"));
        return state;
    }

    /** Adds the clips that the quickstart draws, and a picture that is not among them. */
    private Answer samples(Sources sources, Images images) throws IOException {
        if (!model.isEmbedded()) {
            throw new Refusal(
                    Refusal.CONFLICT,
                    "expected the embedded model, which the sample clips are drawn for, but was another",
                    "Choose the embedded model first.");
        }
        MotionClips drawn = new MotionClips(0);
        try (ScratchFolder scratch = ScratchFolder.in(folder.path())) {
            drawn.write(SAMPLE, scratch.path());
            Path clips = scratch.path().resolve("clips");
            List<Path> files = Shelf.children(clips).stream()
                    .filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .toList();
            for (Path file : files) {
                String name = file.getFileName().toString();
                String caption = Files.readString(clips.resolve(name.replace(".mp4", ".txt")))
                        .strip();
                sources.add(file, name, caption);
            }
        }
        CaptionedScene start = drawn.heldOutStarts(SAMPLE).get(1);
        images.add(start.scene().image(), Optional.of(start.caption()));
        return Answer.json(JsonNodeFactory.instance.objectNode());
    }
}
