package org.lamp4j.examples.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.errors.StoppedException;

/**
 * All comparisons with a reference fixture.
 *
 * @param rows the comparisons, in the order they were made
 */
public record Verification(List<Row> rows) {

    private static final List<RowGroup> GROUPS = List.of(
            new TextRows(),
            new AutoEncoderRows(),
            new VideoUNetRows(),
            new ScheduleRows(),
            new TrainingRows(),
            new SamplingRows(),
            new InversionRows(),
            new HistogramRows());

    /** Keeps the rows. */
    public Verification {
        rows = List.copyOf(rows);
    }

    /**
     * Compares the library's results with a fixture's.
     *
     * @param folder the fixture's folder
     * @param listener hears of each row as soon as it is there
     * @return all rows
     * @throws IOException if a file of the fixture is missing or damaged
     * @throws StoppedException if this thread was interrupted
     */
    public static Verification run(Path folder, Consumer<Row> listener) throws IOException {
        return run(folder, Device.cpu(), GradientCheckpointing.AS_NEEDED, listener);
    }

    /**
     * Compares the library's results on a device with a fixture's.
     *
     * @param folder the fixture's folder
     * @param device where the networks run, and in how much memory
     * @param checkpointing whether training recomputes activations in the backward pass
     * @param listener hears of each row as soon as it is there
     * @return all rows
     * @throws IOException if a file of the fixture is missing or damaged
     * @throws StoppedException if this thread was interrupted
     */
    public static Verification run(
            Path folder, Device device, GradientCheckpointing checkpointing, Consumer<Row> listener)
            throws IOException {
        return run(folder, device, checkpointing, GROUPS, listener);
    }

    static Verification run(Path folder, List<RowGroup> groups, Consumer<Row> listener) throws IOException {
        return run(folder, Device.cpu(), GradientCheckpointing.AS_NEEDED, groups, listener);
    }

    static Verification run(
            Path folder,
            Device device,
            GradientCheckpointing checkpointing,
            List<RowGroup> groups,
            Consumer<Row> listener)
            throws IOException {
        try (Fixture fixture = Fixture.open(folder);
                Backbone backbone = Backbone.load(fixture.modelFolder(), device)) {
            return compare(subject(backbone, fixture, checkpointing), fixture, groups, listener);
        }
    }

    private static Subject subject(Backbone backbone, Fixture fixture, GradientCheckpointing checkpointing)
            throws IOException {
        return new Subject(
                backbone.model(),
                backbone.tokenizer(),
                backbone.noiseSchedule(),
                MotionPattern.load(backbone, fixture.motionFolder()).weights(),
                checkpointing);
    }

    private static Verification compare(Subject subject, Fixture fixture, List<RowGroup> groups, Consumer<Row> listener)
            throws IOException {
        List<Row> rows = new ArrayList<>();
        for (RowGroup group : groups) {
            group.compare(subject, fixture, row -> {
                rows.add(row);
                listener.accept(row);
                if (Thread.currentThread().isInterrupted()) {
                    throw new StoppedException("stopped before all rows were compared");
                }
            });
        }
        return new Verification(rows);
    }

    /**
     * Tells whether everything agrees. The reference has no inversion for some models; any other row without numbers to
     * compare with is a gap in the fixture, and gaps do not pass.
     *
     * @return whether every row is ok or reported, but for an absent inversion
     */
    public boolean passed() {
        return rows.stream().allMatch(row -> switch (row.verdict()) {
            case OK, REPORTED -> true;
            case ABSENT -> row.name().equals(InversionRows.END);
            case FAIL -> false;
        });
    }

    /**
     * Counts the rows.
     *
     * @return a line such as {@code 45 rows: 43 ok, 0 FAIL, 1 absent, 1 reported}
     */
    public String summary() {
        return rows.size() + " rows: " + count(Row.Verdict.OK) + " ok, " + count(Row.Verdict.FAIL) + " FAIL, "
                + count(Row.Verdict.ABSENT) + " absent, " + count(Row.Verdict.REPORTED) + " reported";
    }

    private long count(Row.Verdict verdict) {
        return rows.stream().filter(row -> row.verdict() == verdict).count();
    }
}
