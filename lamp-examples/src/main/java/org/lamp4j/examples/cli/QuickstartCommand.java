package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lamp4j.TrainingStoppedException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.quickstart.Quickstart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the main job on the files that come with the jar. */
@Command(
        name = "quickstart",
        description = "Trains a motion pattern on drawn clips with a small shipped model, applies it to a new image "
                + "and writes a report. Takes about two minutes.")
final class QuickstartCommand implements Callable<Integer> {

    @Option(
            names = "--motion",
            paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: what to learn. Default: ${DEFAULT-VALUE}.")
    private Motion motion = Motion.FALL;

    @Option(
            names = "--look",
            paramLabel = "LOOK",
            description =
                    "${COMPLETION-CANDIDATES}: whether clips and first frame are as they are drawn or as a camera "
                            + "films them. Default: ${DEFAULT-VALUE}.")
    private Look look = Look.DRAWN;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "lamp-quickstart",
            description = "Where model, clips and results go. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Mixin
    private SeedOption seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Quickstart.Result result = runQuickstart();
        result.findings().forEach(out::println);
        out.println("Open " + result.report().toAbsolutePath().normalize());
        return Lamp.OK;
    }

    private Quickstart.Result runQuickstart() throws IOException {
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            return new Quickstart(output, new Quickstart.Subject(motion, look, seed.get()))
                    .run(display::training, display::generation);
        } catch (TrainingStoppedException stopped) {
            throw new StoppedException("stopped before the training was over");
        }
    }
}
