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
 */
public record BaseFingerprint(String network, String predictionType, String noiseSchedule, float latentScale) {

    private static final System.Logger LOG = System.getLogger(BaseFingerprint.class.getName());

    /** Tells these fingerprints from the first ones, which were those of the network alone. */
    private static final String VERSION = "v2:";

    private static final String NETWORK = "base_network";
    private static final String PREDICTION_TYPE = "base_prediction_type";
    private static final String NOISE_SCHEDULE = "base_noise_schedule";
    private static final String LATENT_SCALE = "base_latent_scale";

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
     * Returns the fingerprint in one word.
     *
     * @return {@code v2:sha256:} and 64 hexadecimal digits
     */
    public String value() {
        ContentHash hash = new ContentHash();
        parts().forEach((name, part) -> hash.add(name).add(part));
        return VERSION + hash.finish();
    }

    /** What it is made of; a pattern's file holds this, too, so that it can be said what differs. */
    Map<String, String> parts() {
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
     * Checks that something was made with this base model. Where its file knows of the network alone, that is compared,
     * and the log says so.
     *
     * @param made what the file says
     * @param what what was made: a pattern, a checkpoint
     * @param file the file
     * @throws ModelFormatException if it was made with another; the message says what differs, as far as is known
     */
    public void require(PatternMetadata made, String what, Path file) throws ModelFormatException {
        boolean isFirstVersion = !made.baseFingerprint().startsWith(VERSION);
        String here = isFirstVersion ? network : value();
        if (!here.equals(made.baseFingerprint())) {
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
        return differences.isEmpty() ? "" : " with " + String.join(", ", differences);
    }

    private static String words(String name) {
        return name.substring("base_".length()).replace('_', ' ');
    }
}
