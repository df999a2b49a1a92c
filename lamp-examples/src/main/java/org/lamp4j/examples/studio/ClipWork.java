package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.text.ClipTokenizer;

/** Makes clips: of a picture, or of a clip that was made before. */
final class ClipWork {

    private final OpenModel model;
    private final Images images;
    private final Patterns patterns;
    private final Results results;

    ClipWork(OpenModel model, Images images, Patterns patterns, Results results) {
        this.model = model;
        this.images = images;
        this.patterns = patterns;
        this.results = results;
    }

    Work animate() {
        return new Animate();
    }

    Work extend() {
        return new FollowUp("by");
    }

    Work smooth() {
        return new FollowUp("factor");
    }

    Work enlarge() {
        return new FollowUp("factor");
    }

    Work draw() {
        return new Draw();
    }

    private ObjectNode described(Fields request, String kind, String prompt, long seed) {
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("prompt", prompt)
                .put("seed", seed)
                .put("patternName", patterns.nameOf(request.node("pattern")));
        description.set("pattern", request.node("pattern"));
        return description;
    }

    /** A picture begins to move. */
    private final class Animate implements Work {

        @Override
        public void check(Fields request, ObjectNode description) {
            request.only(Set.of("kind", "name", "pattern", "image", "prompt", "options"));
            images.shelf().get(request.text("image", Limits.NAME_LENGTH));
            patterns.check(request.node("pattern"));
            request.text("prompt", ClipTokenizer.MAX_PROMPT_LENGTH);
            GenerationOptions options =
                    Settings.of(model).animating(request.fields("options")).build();
            description.put("steps", options.sampling().steps());
        }

        @Override
        public Job.State run(JobRun run) throws IOException {
            Fields request = run.request();
            String image = request.text("image", Limits.NAME_LENGTH);
            String prompt = request.text("prompt", ClipTokenizer.MAX_PROMPT_LENGTH);
            GenerationOptions options = Settings.of(model)
                    .animating(request.fields("options"))
                    .listener(run::generation)
                    .build();
            RgbImage first = images.read(image);
            ObjectNode description = described(request, "animate", prompt, options.seed());
            description.put("image", image);
            description.set("options", request.fields("options").object());
            VideoClip clip = model.use(
                    backbone -> patterns.load(backbone, request.node("pattern")).generate(prompt, first, options));
            run.job().made("result", results.add(clip, description));
            return Job.State.DONE;
        }
    }

    /** A clip becomes longer, smoother or larger. */
    private final class FollowUp implements Work {

        private final String measure;

        FollowUp(String measure) {
            this.measure = measure;
        }

        @Override
        public void check(Fields request, ObjectNode description) {
            request.only(Set.of("kind", "name", "result", "pattern", "options"));
            ObjectNode before = results.shelf().get(request.text("result", Limits.NAME_LENGTH));
            patterns.check(request.node("pattern"));
            Fields options = request.fields("options").only(Set.of(measure));
            if (measure.equals("factor") && options.has(measure) && options.integer(measure) != 2) {
                throw options.refusal("2", measure);
            }
            if (measure.equals("by")) {
                Settings.of(model).extension().withFrameCount(options.integer(measure));
            }
            settings(before).build();
        }

        private GenerationOptions.Builder settings(ObjectNode before) {
            ObjectNode options = new Fields(before).fields("options").object().deepCopy();
            options.remove(List.of("frameSize", "seed")); // the clip's own
            FrameSize size = new FrameSize(
                    before.path("width").asInt(), before.path("height").asInt());
            return Settings.of(model)
                    .animating(new Fields(options))
                    .frameSize(size)
                    .seed(before.path("seed").asLong());
        }

        @Override
        public Job.State run(JobRun run) throws IOException {
            Fields request = run.request();
            String parent = request.text("result", Limits.NAME_LENGTH);
            ObjectNode before = results.shelf().get(parent);
            String prompt = Shelf.textOf(before, "prompt");
            GenerationOptions options =
                    settings(before).listener(run::generation).build();
            VideoClip clip = results.read(parent);
            ObjectNode description = described(request, run.job().kind(), prompt, options.seed());
            description.put("parent", parent);
            for (String kept : List.of("image", "options")) {
                Optional.ofNullable(before.get(kept)).ifPresent(value -> description.set(kept, value));
            }
            VideoClip made = model.use(backbone -> {
                MotionPattern pattern = patterns.load(backbone, request.node("pattern"));
                return switch (run.job().kind()) {
                    case "extend" ->
                        pattern.extend(
                                clip,
                                prompt,
                                Settings.of(model)
                                        .extension()
                                        .withFrameCount(
                                                request.fields("options").integer(measure)),
                                options);
                    case "smooth" -> pattern.doubleFrameRate(clip, prompt, Doubling.DEFAULT, options);
                    default -> pattern.enlarge(clip, prompt, enlargement(before), twiceAsLarge(options));
                };
            });
            run.job().made("result", results.add(made, description));
            return Job.State.DONE;
        }

        /**
         * A picture that has more pixels than the clip has made of it is worth more than the clip's own first frame.
         */
        private Enlargement enlargement(ObjectNode before) throws IOException {
            String image = Shelf.textOf(before, "image");
            if (!images.shelf().has(image)) {
                return Enlargement.DEFAULT;
            }
            RgbImage picture = images.read(image);
            return picture.size().width() >= 2 * before.path("width").asInt()
                            && picture.size().height()
                                    >= 2 * before.path("height").asInt()
                    ? Enlargement.DEFAULT.withFirstFrame(picture)
                    : Enlargement.DEFAULT;
        }
    }

    private static GenerationOptions twiceAsLarge(GenerationOptions options) {
        FrameSize size = options.frameSize();
        return options.toBuilder()
                .frameSize(new FrameSize(2 * size.width(), 2 * size.height()))
                .build();
    }

    /** A picture is made from words alone. */
    private final class Draw implements Work {

        @Override
        public void check(Fields request, ObjectNode description) {
            request.only(Set.of("kind", "name", "prompt", "seed", "options"));
            String prompt = request.text("prompt", ClipTokenizer.MAX_PROMPT_LENGTH);
            if (Shelf.textOf(description, "name").isEmpty()) {
                description.put("name", prompt.substring(0, Math.min(prompt.length(), Limits.NAME_LENGTH)));
            }
            description.put("steps", settings(request).build().sampling().steps());
        }

        private GenerationOptions.Builder settings(Fields request) {
            GenerationOptions.Builder builder = Settings.of(model).animating(request.fields("options"));
            request.ifLong("seed", builder::seed);
            return builder;
        }

        @Override
        public Job.State run(JobRun run) throws IOException {
            String prompt = run.request().text("prompt", ClipTokenizer.MAX_PROMPT_LENGTH);
            GenerationOptions options =
                    settings(run.request()).listener(run::generation).build();
            RgbImage image = model.use(
                    backbone -> backbone.generate(List.of(prompt), options).get(0));
            run.job().made("image", images.add(image, Optional.of(prompt)));
            return Job.State.DONE;
        }
    }
}
