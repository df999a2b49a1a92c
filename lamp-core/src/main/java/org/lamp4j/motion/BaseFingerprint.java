package org.lamp4j.motion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.PrintableText;

/**
 * The fingerprint of a base model, by which a pattern recognises its base: all that changes what the pattern means. The
 * weights of text encoder and auto-encoder are not among it: a UNet is of use only with those that it was trained with,
 * or with ones made to take their place, as finer decoders are.
 *
 * @param network hash of the UNet's architecture and weights
 * @param predictionType what the UNet predicts, as scheduler configurations spell it
 * @param noiseSchedule how much noise its latents hold at each timestep, in words
 * @param latentScale what the auto-encoder's latents are multiplied by
 * @param architecture hash of the UNet's architecture alone; empty if the backend does not tell it
 * @param loras what is added to the network's weights, in order
 */
public record BaseFingerprint(
        String network,
        String predictionType,
        String noiseSchedule,
        float latentScale,
        String architecture,
        List<AppliedLora> loras) {

    private static final System.Logger LOG = System.getLogger(BaseFingerprint.class.getName());

    /** Tells these fingerprints from the first ones, which were those of the network alone. */
    private static final String VERSION = "v2:";

    private static final String NETWORK = "base_network";
    private static final String PREDICTION_TYPE = "base_prediction_type";
    private static final String NOISE_SCHEDULE = "base_noise_schedule";
    private static final String LATENT_SCALE = "base_latent_scale";
    private static final String ARCHITECTURE = "base_architecture";
    static final String LORAS = "base_loras";

    /** How a model compares with the one that something was made with. */
    public enum Fit {
        /** It is the same. */
        SAME,
        /** It is the same but for LoRAs that are added to the one or the other. */
        OTHER_LORAS,
        /** It is another. */
        OTHER
    }

    /** Keeps a copy of the list. */
    public BaseFingerprint {
        loras = List.copyOf(loras);
    }

    /**
     * Describes a model without LoRAs whose architecture is told by its network alone.
     *
     * @param network hash of the UNet's architecture and weights
     * @param predictionType what the UNet predicts, as scheduler configurations spell it
     * @param noiseSchedule how much noise its latents hold at each timestep, in words
     * @param latentScale what the auto-encoder's latents are multiplied by
     */
    public BaseFingerprint(String network, String predictionType, String noiseSchedule, float latentScale) {
        this(network, predictionType, noiseSchedule, latentScale, "", List.of());
    }

    /**
     * Returns the fingerprint of a model.
     *
     * @param network hash of the UNet's architecture and weights
     * @param schedule the model's noise schedule
     * @param latentScale what the auto-encoder's latents are multiplied by
     * @return the fingerprint
     */
    public static BaseFingerprint of(String network, NoiseSchedule schedule, float latentScale) {
        return new BaseFingerprint(
                network, schedule.predictionType().configName(), schedule.description(), latentScale);
    }

    /**
     * Returns the same with an architecture and LoRAs.
     *
     * @param newArchitecture hash of the UNet's architecture alone; empty if it is not told
     * @param newLoras what is added to the network's weights, in order
     * @return the fingerprint
     */
    public BaseFingerprint with(String newArchitecture, List<AppliedLora> newLoras) {
        return new BaseFingerprint(network, predictionType, noiseSchedule, latentScale, newArchitecture, newLoras);
    }

    /**
     * Returns the fingerprint in one word.
     *
     * @return {@code v2:sha256:} and 64 hexadecimal digits
     */
    public String value() {
        ContentHash hash = new ContentHash();
        parts().forEach((name, part) -> hash.add(name).add(part));
        for (AppliedLora lora : loras) {
            hash.add(lora.hash()).add(Double.toString(lora.weight()));
        }
        return VERSION + hash.finish();
    }

    /** What a pattern's file holds of its base, so that it can be said what differs. */
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>(parts());
        if (!architecture.isEmpty()) {
            entries.put(ARCHITECTURE, architecture);
        }
        if (!loras.isEmpty()) {
            entries.put(LORAS, AppliedLora.describe(loras));
        }
        return entries;
    }

    /** What it is made of, but for LoRAs. */
    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(NETWORK, network);
        parts.put(PREDICTION_TYPE, predictionType);
        parts.put(NOISE_SCHEDULE, noiseSchedule);
        parts.put(LATENT_SCALE, Float.toString(latentScale));
        return parts;
    }

    /**
     * Returns the hash of the network that a file's pattern belongs to.
     *
     * @param entries the file's entries
     * @return {@code sha256:} and 64 hexadecimal digits; empty if the file does not say
     */
    public static String networkIn(Map<String, String> entries) {
        return entries.getOrDefault(NETWORK, entries.getOrDefault(PatternMetadata.BASE_FINGERPRINT, ""));
    }

    /**
     * Returns whether a file's pattern belongs to a network of the same architecture, so that its parameters must fit.
     *
     * @param entries the file's entries
     * @param architecture hash of this network's architecture
     * @return false if the file does not say
     */
    public static boolean isOfArchitecture(Map<String, String> entries, String architecture) {
        return architecture.equals(entries.get(ARCHITECTURE));
    }

    /**
     * Compares with the model that something was made with.
     *
     * @param made what the file says
     * @return whether it is this one
     */
    public Fit fit(PatternMetadata made) {
        if (isFirstVersion(made)) {
            boolean isSame = network.equals(made.baseFingerprint());
            return !isSame ? Fit.OTHER : loras.isEmpty() ? Fit.SAME : Fit.OTHER_LORAS;
        }
        if (value().equals(made.baseFingerprint())) {
            return Fit.SAME;
        }
        boolean isSameModel = made.entries().entrySet().containsAll(parts().entrySet());
        return isSameModel && !loras(made).equals(AppliedLora.describe(loras)) ? Fit.OTHER_LORAS : Fit.OTHER;
    }

    private static boolean isFirstVersion(PatternMetadata made) {
        return !made.baseFingerprint().startsWith(VERSION);
    }

    private static String loras(PatternMetadata made) {
        return made.entries().getOrDefault(LORAS, AppliedLora.NONE);
    }

    /**
     * Checks that something was made with a model of this architecture, which predicts the same of latents of the same
     * scale. Weights and noise schedule may differ.
     *
     * @param made what the file says
     * @param file the file
     * @throws ModelFormatException if it was made with another, or the file does not say; the message says what differs
     */
    public void requireArchitecture(PatternMetadata made, Path file) throws ModelFormatException {
        Map<String, String> here = entries();
        for (String name : List.of(ARCHITECTURE, PREDICTION_TYPE, LATENT_SCALE)) {
            String wanted = here.getOrDefault(name, "not known");
            String found = made.entries().getOrDefault(name, "not noted in the file");
            if (!wanted.equals(found)) {
                throw new ModelFormatException(
                        "expected a pattern of a base model with the " + words(name) + " " + wanted + ", but was "
                                + found + " (" + file + ")",
                        file,
                        name);
            }
        }
    }

    /**
     * Checks that something was made with this base model. Where its file knows of the network alone, that is compared,
     * and the log says so.
     *
     * @param made what the file says
     * @param what what was made: a pattern, a checkpoint
     * @param file the file
     * @throws ModelFormatException if it was made with another; the message says what differs, as far as is known
     */
    public void require(PatternMetadata made, String what, Path file) throws ModelFormatException {
        boolean isFirstVersion = isFirstVersion(made);
        if (fit(made) != Fit.SAME) {
            String here = isFirstVersion && loras.isEmpty() ? network : value();
            throw new ModelFormatException(
                    "expected a " + what + " of the base model " + here + ", but was one of " + made.baseFingerprint()
                            + differences(made.entries()) + " (" + file + ")",
                    file,
                    PatternMetadata.BASE_FINGERPRINT);
        }
        if (isFirstVersion) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} does not say which prediction type and noise schedule its base model had; it is taken to be {1},"
                            + " {2}",
                    PrintableText.line(file.toString()),
                    predictionType,
                    noiseSchedule);
        }
    }

    private String differences(Map<String, String> entries) {
        List<String> differences = new ArrayList<>();
        parts().forEach((name, here) -> {
            String there = entries.getOrDefault(name, here);
            if (!there.equals(here)) {
                differences.add(
                        name.equals(NETWORK) ? "another network" : words(name) + " " + there + " instead of " + here);
            }
        });
        String loraThere = entries.getOrDefault(LORAS, AppliedLora.NONE);
        String loraHere = AppliedLora.describe(loras);
        if (!loraThere.equals(loraHere)) {
            differences.add("LoRA " + loraThere + " instead of " + loraHere);
        }
        return differences.isEmpty() ? "" : " with " + String.join(", ", differences);
    }

    private static String words(String name) {
        return name.substring("base_".length()).replace('_', ' ');
    }
}
