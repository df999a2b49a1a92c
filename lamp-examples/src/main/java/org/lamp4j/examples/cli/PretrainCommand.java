package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.examples.pretrain.Pretraining;
import org.lamp4j.examples.pretrain.Recipe;
import org.lamp4j.progress.Decision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes the small base model from nothing. */
@Command(
        name = "pretrain",
        description = "Makes a small text-to-image model from nothing, on drawings of its own; the quickstart's base.")
final class PretrainCommand implements Callable<Integer> {

    private static final Recipe DEFAULTS = Recipe.embedded();
    private static final SceneVariety VARIETY = DEFAULTS.variety();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Where model, log and samples go. A run that was stopped goes on from here.")
    private Path output;

    @Option(
            names = "--start-from",
            paramLabel = "DIR",
            description = "Train this model further, which pretrain made, with its tokenizer; with --vae-steps 0 its "
                    + "auto-encoder stays. Default: begin with nothing.")
    private Optional<Path> startFrom = Optional.empty();

    @Mixin
    private MinutesOption minutes;

    @Option(
            names = "--vae-steps",
            paramLabel = "N",
            description = "Steps of the auto-encoder. Default: ${DEFAULT-VALUE}.")
    private int vaeSteps = DEFAULTS.autoencoder().steps();

    @Option(
            names = "--unet-steps",
            paramLabel = "N",
            description = "Steps of text encoder and UNet. Default: ${DEFAULT-VALUE}.")
    private int unetSteps = DEFAULTS.denoiser().steps();

    @Option(
            names = "--scenes",
            paramLabel = "N",
            description = "Scenes that the UNet is trained on. Default: ${DEFAULT-VALUE}.")
    private int scenes = DEFAULTS.sceneCount();

    @Option(
            names = "--least-size",
            paramLabel = "PIXELS",
            description = "Smallest size of an object. Default: ${DEFAULT-VALUE}.")
    private double leastSize = VARIETY.leastSize();

    @Option(
            names = "--largest-size",
            paramLabel = "PIXELS",
            description = "Largest size of an object; up to 44, one is whole at any angle. Default: ${DEFAULT-VALUE}.")
    private double largestSize = VARIETY.largestSize();

    @Option(
            names = "--tilted",
            paramLabel = "N",
            description = "One scene in so many has an object turned by up to 90 degrees to either side; 0 for none. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int tilted = VARIETY.scenesPerTilted();

    @Option(
            names = "--phrases",
            paramLabel = "N",
            description = "One caption in so many names a motion of which the scene is one frame; 0 for none. Default: "
                    + "${DEFAULT-VALUE}.")
    private int phrases = VARIETY.captionsPerPhrase();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Scenes in a step of text encoder and UNet. Default: ${DEFAULT-VALUE}.")
    private int batchSize = DEFAULTS.denoiser().batchSize();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Highest learning rate of text encoder and UNet. Default: ${DEFAULT-VALUE}.")
    private float learningRate = DEFAULTS.denoiser().learningRate();

    @Mixin
    private DeviceNameOption device;

    @Mixin
    private SeedOption seed;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Duration limit = minutes.get();
        SceneVariety variety =
                OptionTypes.fromOptions(spec, () -> new SceneVariety(leastSize, largestSize, tilted, phrases));
        Recipe recipe = OptionTypes.fromOptions(
                spec,
                () -> DEFAULTS.withLengths(vaeSteps, unetSteps, scenes)
                        .withBatches(batchSize, learningRate)
                        .withVariety(variety)
                        .withSeed(seed.get()));
        Pretraining pretraining = new Pretraining(output, recipe, device.get(), startFrom);
        boolean done;
        try (PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr())) {
            done = pretraining.run(limit, progress -> {
                lamp.waitForWork();
                display.show(DistilCommand.shown(progress));
                return Decision.CONTINUE;
            });
        } catch (StoppedException stopped) {
            throw new StoppedException("stopped; the same command goes on from " + output);
        }
        spec.commandLine()
                .getOut()
                .println((done ? "wrote " : "time is up, the same command goes on; so far: ") + pretraining.model());
        return Lamp.OK;
    }
}
