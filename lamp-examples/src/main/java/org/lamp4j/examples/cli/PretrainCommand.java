package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.lamp4j.errors.StoppedException;
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

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Where model, log and samples go. A run that was stopped goes on from here.")
    private Path output;

    @Option(names = "--minutes", paramLabel = "N", description = "Stop after so long. Default: when it is done.")
    private long minutes = Duration.ofDays(365).toMinutes();

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

    @Mixin
    private SeedOption seed;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Recipe recipe = DEFAULTS.withLengths(vaeSteps, unetSteps, scenes).withSeed(seed.get());
        Pretraining pretraining = new Pretraining(output, recipe);
        boolean done;
        try (PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr())) {
            done = pretraining.run(Duration.ofMinutes(minutes), progress -> {
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
