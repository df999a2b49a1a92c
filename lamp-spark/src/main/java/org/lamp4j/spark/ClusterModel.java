package org.lamp4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;
import org.lamp4j.device.MemoryBudget;

/**
 * A model's files as executors find them: Stable Diffusion, or CLIP for scores. Immutable. A model is opened once for
 * each executor process and device.
 */
public final class ClusterModel implements Serializable {

    private static final long serialVersionUID = 1;

    private final String place;
    private final boolean sent;
    private final @Nullable String fingerprint;
    private final @Nullable String memoryBudget;

    private ClusterModel(String place, boolean sent, @Nullable String fingerprint, @Nullable String memoryBudget) {
        this.place = place;
        this.sent = sent;
        this.fingerprint = fingerprint;
        this.memoryBudget = memoryBudget;
    }

    /**
     * Returns a model that lies in the same place on every host, as in an image of a container or on a network file
     * system.
     *
     * @param path the folder or file, as {@link org.lamp4j.Backbone#load(Path)} takes it
     * @return the model
     */
    public static ClusterModel onEveryHost(Path path) {
        return new ClusterModel(path.toString(), false, null, null);
    }

    /**
     * Returns a model that Spark sends to the executors: what {@code spark-submit --files} or
     * {@code SparkContext.addFile} was given, or {@code addFile(folder, true)} for a folder.
     *
     * @param name the file's or folder's name, without where it came from
     * @return the model
     */
    public static ClusterModel sentBySpark(String name) {
        return new ClusterModel(name, true, null, null);
    }

    /**
     * Returns this model with the fingerprint that it must have. An executor that finds another model in its place
     * refuses to work, and the job fails.
     *
     * @param newFingerprint as {@link org.lamp4j.Backbone#fingerprint()} and {@code lamp inspect} say it
     * @return the model with that fingerprint
     */
    public ClusterModel withFingerprint(String newFingerprint) {
        return new ClusterModel(place, sent, newFingerprint, memoryBudget);
    }

    /**
     * Returns this model with a memory budget for each network. Unless set, the tasks that an executor runs at once
     * share that of the machine; several executors on one machine do not know of each other.
     *
     * @param newBudget what a network of one task may take
     * @return the model with that budget
     */
    public ClusterModel withMemoryBudget(MemoryBudget newBudget) {
        return new ClusterModel(
                place, sent, fingerprint, newBudget.isLeast() ? "least" : Long.toString(newBudget.bytes()));
    }

    Path path() {
        return Path.of(sent ? SparkFiles.get(place) : place);
    }

    Optional<String> fingerprint() {
        return Optional.ofNullable(fingerprint);
    }

    Optional<MemoryBudget> memoryBudget() {
        return Optional.ofNullable(memoryBudget).map(MemoryBudget::parse);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClusterModel that
                && place.equals(that.place)
                && sent == that.sent
                && Objects.equals(fingerprint, that.fingerprint)
                && Objects.equals(memoryBudget, that.memoryBudget);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place, sent, fingerprint, memoryBudget);
    }

    /** Returns where it lies. */
    @Override
    public String toString() {
        return "ClusterModel[" + place + (sent ? ", sent by Spark]" : "]");
    }
}
