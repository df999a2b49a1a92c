package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.examples.pretrain.Pretraining;
import org.lamp4j.examples.pretrain.Recipe;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.progress.Decision;

/**
 * Makes a base model from nothing, on drawings, and has it draw an image. {@link Pretraining} shows the order of
 * things; the stages beside it show how any network of this library is trained as a whole: begin a
 * {@code NetworkTraining} and feed it batches.
 */
public final class PretrainABaseModel {

    private PretrainABaseModel() {}

    /**
     * Runs the recipe.
     *
     * @param arguments folder for model and image, which a later run goes on with; the minutes to spend
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments, Recipe.embedded());
    }

    static void run(String[] arguments, Recipe recipe) throws IOException {
        Arguments.require(arguments, "folder", "minutes");
        Path folder = Path.of(arguments[0]);
        Pretraining pretraining = new Pretraining(folder, recipe, Device.cpu(), Optional.empty());
        boolean done = pretraining.run(Duration.ofMinutes(Long.parseLong(arguments[1])), progress -> {
            System.out.println(progress);
            return Decision.CONTINUE;
        });
        if (!done) {
            System.out.println("not done yet; run this again to go on");
            return;
        }
        try (Backbone backbone = Backbone.load(pretraining.model())) {
            GenerationOptions options = GenerationOptions.newBuilder()
                    .frameSize(new FrameSize(64, 64))
                    .steps(25)
                    .guidanceScale(3)
                    .build();
            backbone.generate(List.of("a red car on the road"), options).get(0).write(folder.resolve("car.png"));
        }
    }
}
