package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;

/** Generates many clips, one after the other, and goes on after one that fails. */
final class BatchRun {

    private final List<Job> jobs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final VideoOutput output;
    private final GenerationOptions options;
    private final BatchFolder folder;

    /** Makes a clip. */
    @FunctionalInterface
    interface Generator {
        VideoClip generate(GenerationBatch.Item item) throws IOException;
    }

    /**
     * A clip to make.
     *
     * @param name of its file within the folder
     * @param kept whether it is there and stays
     */
    private record Job(GenerationBatch.Item item, String name, boolean kept) {}

    /**
     * Prepares all outputs, so that a wrong name is found out before the work begins.
     *
     * @param options what they are generated with
     * @param ending of outputs that have none of a video file
     * @param skipExisting whether clips that are there stay
     * @param shard which of the clips are made; no two of all may have the same place
     * @throws IllegalArgumentException if an output leads out of the folder
     * @throws IOException if an output cannot be written where it should go, is there already, or is that of two clips
     */
    BatchRun(
            GenerationBatch batch,
            VideoOutput output,
            GenerationOptions options,
            String ending,
            boolean skipExisting,
            BatchShard shard)
            throws IOException {
        this.output = output;
        this.options = options;
        folder = new BatchFolder(output.path());
        Map<Path, GenerationBatch.Item> byPlace = new HashMap<>();
        for (GenerationBatch.Item item : batch.items()) {
            String name = VideoOutput.isVideo(item.output()) ? item.output() : item.output() + ending;
            Path place = folder.place(name);
            GenerationBatch.Item other = byPlace.put(place, item);
            if (other != null) {
                throw new IOException("expected outputs of different files, but was " + shown(name) + " for "
                        + other.output() + " and for " + item.output());
            }
            if (!shard.has(name)) {
                continue;
            }
            boolean kept = skipExisting && Files.exists(place, LinkOption.NOFOLLOW_LINKS);
            if (!kept && output.mustStay(place)) {
                throw new IOException("expected a file that is not there yet, but was one (" + shown(name)
                        + "); give --overwrite to replace it or --skip-existing to keep it");
            }
            if (!kept) {
                open(place);
            }
            jobs.add(new Job(item, name, kept));
        }
    }

    private VideoOutput.Sink open(Path place) throws IOException {
        return output.open(place, options.frameSize(), options.framesPerSecond());
    }

    private Path shown(String name) {
        return output.path().resolve(name);
    }

    /**
     * Makes the clips.
     *
     * @param out told of each clip
     * @throws StoppedException if the work was interrupted
     */
    void run(Generator generator, PrintWriter out) {
        for (Job job : jobs) {
            Path file = shown(job.name());
            if (job.kept()) {
                out.println("kept " + file);
                continue;
            }
            try {
                VideoClip clip = generator.generate(job.item());
                open(folder.place(job.name())).write(clip); // what lies there may be another than at the beginning
                out.println("wrote " + file);
            } catch (StoppedException stopped) {
                throw stopped;
            } catch (IOException | RuntimeException problem) {
                failures.add(line(job, problem));
            }
        }
    }

    /** Says what is wrong with which clip; many messages name its file or its image already. */
    private String line(Job job, Exception problem) {
        String message = ErrorLine.of(problem);
        String file = PrintableText.line(shown(job.name()).toString());
        String image = PrintableText.line(job.item().firstFrame().toString());
        return message.contains(file) || message.contains(image) ? message : file + ": " + message;
    }

    /** Returns what went wrong so far, a line for each clip that failed. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Tells how many clips failed, and why, if any did. */
    void tellFailures(PrintWriter err) {
        if (!failures.isEmpty()) {
            err.println("lamp: " + failures.size() + " of " + jobs.size() + " clips failed:");
            failures.forEach(failure -> err.println("  " + failure));
        }
    }
}
