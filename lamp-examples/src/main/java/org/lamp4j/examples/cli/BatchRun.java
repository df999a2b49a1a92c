package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.media.VideoClip;

/** Generates many clips, one after the other, and goes on after one that fails. */
final class BatchRun {

    private final List<Job> jobs = new ArrayList<>();
    private final boolean skipExisting;

    /** Makes a clip. */
    @FunctionalInterface
    interface Generator {
        VideoClip generate(GenerationBatch.Item item) throws IOException;
    }

    private record Job(GenerationBatch.Item item, Path file, ClipOutput.Sink sink) {}

    /**
     * Prepares all outputs, so that a wrong name is found out before the work begins.
     *
     * @param ending of outputs that have none of a video file
     * @throws IllegalArgumentException if an output leads out of the folder
     * @throws IOException if an output cannot be written where it should go
     */
    BatchRun(GenerationBatch batch, ClipOutput output, String ending, boolean skipExisting) throws IOException {
        this.skipExisting = skipExisting;
        Path folder = output.path().toAbsolutePath().normalize();
        for (GenerationBatch.Item item : batch.items()) {
            String name = ClipOutput.isVideo(item.output()) ? item.output() : item.output() + ending;
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder)) {
                throw new IllegalArgumentException(
                        "expected an output within " + output.path() + ", but was " + item.output());
            }
            jobs.add(new Job(item, output.path().resolve(name), output.open(file)));
        }
    }

    int size() {
        return jobs.size();
    }

    /**
     * Makes the clips.
     *
     * @param out told of each clip
     * @return what went wrong, a line for each clip that failed
     * @throws CancellationException if the work was interrupted
     */
    List<String> run(Generator generator, PrintWriter out, PrintWriter err) {
        List<String> failures = new ArrayList<>();
        for (Job job : jobs) {
            if (skipExisting && Files.exists(job.file())) {
                out.println("kept " + job.file());
                continue;
            }
            try {
                job.sink().write(generator.generate(job.item()));
                out.println("wrote " + job.file());
            } catch (CancellationException stopped) {
                throw stopped;
            } catch (IOException | RuntimeException problem) {
                failures.add(job.item().firstFrame() + ": " + ErrorLine.of(problem));
                err.println("lamp: " + failures.get(failures.size() - 1));
            }
        }
        return failures;
    }
}
