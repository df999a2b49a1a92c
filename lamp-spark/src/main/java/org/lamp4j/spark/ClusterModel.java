package org.lamp4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LoraFile;

/**
 * A model's files as executors find them: Stable Diffusion, or CLIP for scores. Immutable. A model is opened once for
 * each executor process and device.
 */
public final class ClusterModel implements Serializable {

    private static final long serialVersionUID = 1;

    private final Place place;
    private final @Nullable String fingerprint;
    private final @Nullable String memoryBudget;
    private final ArrayList<Lora> loras;

    /**
     * Where a file or folder lies.
     *
     * @param name a path on every host, or a name among what Spark sends
     */
    private record Place(String name, boolean sent) implements Serializable {

        private static final long serialVersionUID = 1;

        Path path() {
            return Path.of(sent ? SparkFiles.get(name) : name);
        }
    }

    /** What is added to the weights. */
    private record Lora(Place place, double weight) implements Serializable {

        private static final long serialVersionUID = 1;
    }

    private ClusterModel(Place place, @Nullable String fingerprint, @Nullable String memoryBudget, List<Lora> loras) {
        this.place = place;
        this.fingerprint = fingerprint;
        this.memoryBudget = memoryBudget;
        this.loras = new ArrayList<>(loras);
    }

    /**
     * Returns a model that lies in the same place on every host, as in an image of a container or on a network file
     * system.
     *
     * @param path the folder or file, as {@link org.lamp4j.Backbone#load(Path)} takes it
     * @return the model
     */
    public static ClusterModel onEveryHost(Path path) {
        return new ClusterModel(new Place(path.toString(), false), null, null, List.of());
    }

    /**
     * Returns a model that Spark sends to the executors: what {@code spark-submit --files} or
     * {@code SparkContext.addFile} was given, or {@code addFile(folder, true)} for a folder.
     *
     * @param name the file's or folder's name, without where it came from
     * @return the model
     */
    public static ClusterModel sentBySpark(String name) {
        return new ClusterModel(new Place(name, true), null, null, List.of());
    }

    /**
     * Returns this model with the fingerprint that it must have. An executor that finds another model in its place
     * refuses to work, and the job fails.
     *
     * @param newFingerprint that of a base model, without LoRAs, as {@link org.lamp4j.Backbone#fingerprint()} and
     *     {@code lamp inspect} say it; of a CLIP model {@link org.lamp4j.onnx.clip.ClipModel#fingerprint()}
     * @return the model with that fingerprint
     */
    public ClusterModel withFingerprint(String newFingerprint) {
        return new ClusterModel(place, newFingerprint, memoryBudget, loras);
    }

    /**
     * Returns this model with a memory budget for each network. Unless set, the tasks that an executor runs at once
     * share that of the machine; several executors on one machine do not know of each other.
     *
     * @param newBudget what a network of one task may take
     * @return the model with that budget
     */
    public ClusterModel withMemoryBudget(MemoryBudget newBudget) {
        return new ClusterModel(place, fingerprint, newBudget.label(), loras);
    }

    /**
     * Returns this model with a LoRA added to its weights, to those that are added already, as
     * {@link org.lamp4j.Backbone#withLora} adds it. It is a part of what clips and patterns are named after.
     *
     * @param lora a file that lies in the same place on every host, and how much of it is added
     * @return the model with that LoRA
     */
    public ClusterModel withLora(LoraFile lora) {
        return withLora(new Lora(new Place(lora.file().toString(), false), lora.weight()));
    }

    /**
     * Returns this model with a LoRA that Spark sends to the executors, as {@link #withLora} adds one that they have.
     *
     * @param lora the file's name, without where it came from, and how much of it is added
     * @return the model with that LoRA
     */
    public ClusterModel withLoraSentBySpark(LoraFile lora) {
        return withLora(new Lora(new Place(lora.file().toString(), true), lora.weight()));
    }

    private ClusterModel withLora(Lora lora) {
        List<Lora> all = new ArrayList<>(loras);
        all.add(lora);
        return new ClusterModel(place, fingerprint, memoryBudget, all);
    }

    Path path() {
        return place.path();
    }

    List<LoraFile> loras() {
        return loras.stream()
                .map(lora -> new LoraFile(lora.place().path(), lora.weight()))
                .toList();
    }

    boolean hasLoras() {
        return !loras.isEmpty();
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
                && Objects.equals(fingerprint, that.fingerprint)
                && Objects.equals(memoryBudget, that.memoryBudget)
                && loras.equals(that.loras);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place, fingerprint, memoryBudget, loras);
    }

    /** Returns where it lies. */
    @Override
    public String toString() {
        return "ClusterModel[" + place.name() + (place.sent() ? ", sent by Spark]" : "]");
    }
}
