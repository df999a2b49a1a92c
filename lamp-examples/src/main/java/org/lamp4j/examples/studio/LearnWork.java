package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.TrainingStoppedException;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.Validation;
import org.lamp4j.video.MediaWriter;

/** Learns a motion from clips. The job's folder has the clips as {@code lamp train} takes them, and checkpoints. */
final class LearnWork implements Work {

    private static final String CLIPS = "clips";
    private static final String UNTRIMMED = "untrimmed";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String PREVIEW = "preview.gif";

    /** Of what is learned on a processor, an hour is lost at most when the power fails. */
    private static final int CHECKPOINT_EVERY = 100;

    private final OpenModel model;
    private final Sources sources;
    private final Patterns patterns;
    private final Results results;
    private final Speed speed;

    LearnWork(OpenModel model, Sources sources, Patterns patterns, Results results, Speed speed) {
        this.model = model;
        this.sources = sources;
        this.patterns = patterns;
        this.results = results;
        this.speed = speed;
    }

    @Override
    public void check(Fields request, ObjectNode description) {
        request.only(Set.of("kind", "name", "sources", "options", "validationPrompt"));
        request.text("name", Limits.NAME_LENGTH);
        request.optionalText("validationPrompt", Limits.CAPTION_LENGTH);
        Settings settings = Settings.of(model);
        Fields options = request.fields("options");
        TrainingOptions training = settings.learning(options).build();
        if (settings.validationEvery(options) < 1) {
            throw options.refusal("1 or more steps", "validationEvery");
        }
        for (ObjectNode source : chosen(request, training)) {
            if (Shelf.textOf(source, "caption").isBlank()) {
                throw Refusal.badRequest(
                        "expected a caption of each clip, but was none (" + Shelf.textOf(source, "name") + ")");
            }
        }
        description.put("steps", training.steps());
    }

    /** Returns the clips that are long enough. */
    private List<ObjectNode> chosen(Fields request, TrainingOptions training) {
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode id : request.node("sources")) {
            ids.add(id.asText());
        }
        if (ids.isEmpty() || ids.size() > Limits.SOURCES) {
            throw request.refusal("ids of 1 to " + Limits.SOURCES + " clips", "sources");
        }
        long length = training.window().length();
        List<ObjectNode> chosen = ids.stream()
                .map(id -> sources.shelf().get(id))
                .filter(source -> Sources.length(source) >= length)
                .toList();
        if (chosen.isEmpty()) {
            throw new Refusal(
                    Refusal.BAD_REQUEST,
                    "expected a clip of " + length + " or more frames, but all are shorter",
                    "Take longer parts of the clips, or learn fewer frames at a time.");
        }
        return chosen;
    }

    @Override
    public void prepare(Fields request, Path place) throws IOException {
        TrainingOptions training =
                Settings.of(model).learning(request.fields("options")).build();
        Path clips = Files.createDirectories(place.resolve(CLIPS));
        int index = 0;
        for (ObjectNode source : chosen(request, training)) {
            String name = String.format(Locale.ROOT, "clip%02d", index);
            String file = Shelf.textOf(source, "file");
            String ending = file.substring(file.lastIndexOf('.'));
            boolean whole = Sources.length(source) == source.path("frameCount").asInt();
            Path target = whole ? clips : Files.createDirectories(place.resolve(UNTRIMMED));
            link(sources.file(source), target.resolve(name + ending));
            AtomicFile.write(clips.resolve(name + ".txt"), Shelf.textOf(source, "caption") + "\n");
            if (!whole) {
                ObjectNode range = JsonNodeFactory.instance.objectNode().put("file", name + ending);
                range.put("from", source.path("from").asInt())
                        .put("to", source.path("to").asInt());
                AtomicFile.write(target.resolve(name + ".json"), StrictJson.indented(range));
            }
            if (index++ == 0) {
                Shelf.copy(sources.shelf().place(Shelf.textOf(source, "id")).resolve(PREVIEW), place.resolve(PREVIEW));
            }
        }
    }

    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | IOException noLinks) {
            Shelf.copy(file, target);
        }
    }

    @Override
    public Job.State run(JobRun run) throws IOException {
        return model.use(backbone -> run(run, backbone));
    }

    private Job.State run(JobRun run, Backbone backbone) throws IOException {
        Path checkpoints = run.place().resolve(CHECKPOINTS);
        Optional<Path> newest = newest(run.place());
        if (run.job().wish() == Job.Wish.STOP) {
            if (newest.isEmpty()) {
                return Job.State.CANCELLED;
            }
            keep(run, MotionPattern.load(backbone, newest.get()));
            return Job.State.STOPPED;
        }
        Settings settings = Settings.of(model);
        TrainingOptionsBuilder builder = settings.learning(run.request().fields("options"));
        TrainingOptions plain = builder.build();
        trim(run.place(), plain);
        TrainingClips clips = TrainingClips.in(run.place().resolve(CLIPS));
        builder.checkpoint(checkpoints).checkpointEvery(CHECKPOINT_EVERY).keepCheckpoints(1);
        newest.ifPresent(path -> builder.resume(checkpoints));
        validation(run, settings, plain, clips).ifPresent(builder::validation);
        builder.listener(progress -> {
            speed.heard(progress);
            return run.training(progress);
        });
        try {
            keep(run, MotionPattern.train(backbone, clips, builder.build()));
            return Job.State.DONE;
        } catch (TrainingStoppedException stopped) {
            if (run.job().wish() != Job.Wish.STOP || stopped.stepsDone() == 0) {
                throw stopped;
            }
            keep(run, stopped.pattern());
            return Job.State.STOPPED;
        } finally {
            speed.keep();
        }
    }

    /** Makes the parts of clips that were chosen into clips of their own, without loss: folders of frames. */
    private static void trim(Path place, TrainingOptions training) throws IOException {
        Path untrimmed = place.resolve(UNTRIMMED);
        if (!Files.isDirectory(untrimmed)) {
            return;
        }
        for (Path file : Shelf.children(untrimmed).stream().sorted().toList()) {
            String name = file.getFileName().toString();
            Path clip = place.resolve(CLIPS).resolve(name.replace(".json", ""));
            if (!name.endsWith(".json") || Files.isDirectory(clip)) {
                continue;
            }
            Fields range = Fields.parse(Files.readAllBytes(file));
            Path source = untrimmed.resolve(range.text("file", Limits.NAME_LENGTH));
            int most = Math.min(
                    range.integer("to"),
                    range.integer("from") + training.window().maxClipFrames());
            MediaWriter.newBuilder().build().writeFrames(part(source, range.integer("from"), most, training), clip);
        }
    }

    private static VideoClip part(Path source, int from, int to, TrainingOptions training) throws IOException {
        List<RgbImage> frames = new ArrayList<>();
        try (FrameReader reader = MediaFiles.installed().openClip(source)) {
            Optional<RgbImage> frame = reader.next();
            for (int index = 0; index < to && frame.isPresent(); index++) {
                if (index >= from) {
                    frames.add(frame.get().coverCrop(training.window().frameSize()));
                }
                frame = reader.next();
            }
            return VideoClip.of(frames, reader.framesPerSecond());
        }
    }

    /** Has clips made on the way, of the first frame that is learned from, if there is a prompt for them. */
    private Optional<Validation> validation(
            JobRun run, Settings settings, TrainingOptions training, TrainingClips clips) throws IOException {
        String prompt = run.request()
                .optionalText("validationPrompt", Limits.CAPTION_LENGTH)
                .orElse("");
        if (prompt.isBlank()) {
            return Optional.empty();
        }
        RgbImage first = clips.clips().get(0).firstWindow(1, 1).frames().get(0);
        GenerationOptions options = settings.generation().toBuilder()
                .frameCount(training.window().frameCount())
                .frameSize(training.window().frameSize())
                .seed(training.seed())
                .listener(run::validation)
                .build();
        return Optional.of(new Validation(
                settings.validationEvery(run.request().fields("options")),
                List.of(new Validation.Example(prompt, first)),
                options,
                (step, made) -> {
                    ObjectNode description = JsonNodeFactory.instance
                            .objectNode()
                            .put("kind", "validation")
                            .put("prompt", prompt)
                            .put("patternName", name(run))
                            .put("seed", training.seed())
                            .put("step", step);
                    description.putObject("options");
                    run.job().addValidation(results.add(made.get(0), description));
                }));
    }

    private static String name(JobRun run) {
        return PrintableText.line(run.request().text("name", Limits.NAME_LENGTH))
                .strip();
    }

    private void keep(JobRun run, MotionPattern pattern) throws IOException {
        boolean interrupted = Thread.interrupted(); // writing is not to be broken off
        Path preview = run.place().resolve(PREVIEW);
        String caption = Files.readString(run.place().resolve(CLIPS).resolve("clip00.txt"))
                .strip();
        run.job()
                .made(
                        "pattern",
                        patterns.add(
                                pattern,
                                name(run),
                                caption,
                                Files.exists(preview) ? Optional.of(preview) : Optional.empty()));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean keepsPart() {
        return true;
    }

    @Override
    public boolean hasPart(Path place) throws IOException {
        return newest(place).isPresent();
    }

    private static Optional<Path> newest(Path place) throws IOException {
        Path checkpoints = place.resolve(CHECKPOINTS);
        return Files.isDirectory(checkpoints) ? CheckpointFolder.of(checkpoints).newest() : Optional.empty();
    }

    @Override
    public void cleanUp(Path place) throws IOException {
        for (String name : List.of(CLIPS, UNTRIMMED, CHECKPOINTS)) {
            Shelf.deleteTree(place.resolve(name));
        }
    }
}
