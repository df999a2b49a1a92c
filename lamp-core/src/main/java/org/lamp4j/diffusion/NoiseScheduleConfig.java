package org.lamp4j.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;

/** The part of a {@code scheduler_config.json} that this library acts on; whatever it cannot do is refused by name. */
record NoiseScheduleConfig(
        int trainTimesteps,
        boolean squaredBetas,
        float betaStart,
        float betaEnd,
        PredictionType predictionType,
        boolean setAlphaToOne,
        int stepsOffset) {

    private static final String PLAIN = "linear";
    private static final String SQUARED = "scaled_linear";

    /** A hundred times those of any model; the schedule holds a number for each. */
    private static final int MAX_TIMESTEPS = 100_000;

    static NoiseScheduleConfig read(Path file) throws IOException {
        JsonNode json;
        try {
            json = ModelText.readObject(file, ModelText.MAX_CONFIG_BYTES);
        } catch (NoSuchFileException e) {
            throw new IOException("expected a noise schedule in " + file + ", but there is no such file", e);
        }
        return new Config(json, file).read();
    }

    /** A configuration being read; what is wrong in it names the key and the file. */
    private record Config(JsonNode json, Path file) {

        NoiseScheduleConfig read() throws ModelFormatException {
            refuse("trained_betas", "no list of betas");
            refuseTrue("rescale_betas_zero_snr");
            refuseTrue("thresholding");
            refuseTrue("clip_sample");
            String schedule = json.path("beta_schedule").asText(PLAIN);
            if (!schedule.equals(SQUARED) && !schedule.equals(PLAIN)) {
                throw refused("beta_schedule", "expected beta_schedule scaled_linear or linear, but was " + schedule);
            }
            int trainTimesteps = integer("num_train_timesteps", 1000, 1, MAX_TIMESTEPS);
            return new NoiseScheduleConfig(
                    trainTimesteps,
                    schedule.equals(SQUARED),
                    beta("beta_start", 0.0001f),
                    beta("beta_end", 0.02f),
                    predictionType(json.path("prediction_type").asText("epsilon")),
                    json.path("set_alpha_to_one").asBoolean(false),
                    integer("steps_offset", 0, 0, trainTimesteps));
        }

        private PredictionType predictionType(String name) throws ModelFormatException {
            for (PredictionType type : PredictionType.values()) {
                if (type.configName().equals(name.toLowerCase(Locale.ROOT))) {
                    return type;
                }
            }
            throw refused("prediction_type", "expected prediction_type epsilon or v_prediction, but was " + name);
        }

        private int integer(String key, int absent, int least, int most) throws ModelFormatException {
            if (!json.hasNonNull(key)) {
                return absent;
            }
            JsonNode value = json.get(key);
            if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
                throw refused(key, "expected " + key + " of " + least + " to " + most + ", but was " + value);
            }
            return value.intValue();
        }

        private float beta(String key, float absent) throws ModelFormatException {
            float value = (float) json.path(key).asDouble(absent);
            if (!(value > 0 && value < 1)) {
                throw refused(key, "expected " + key + " between 0 and 1, but was " + json.get(key));
            }
            return value;
        }

        private void refuse(String key, String expected) throws ModelFormatException {
            if (json.hasNonNull(key)) {
                throw refused(key, "expected " + expected + ", but " + key + " was " + json.get(key));
            }
        }

        private void refuseTrue(String key) throws ModelFormatException {
            if (json.path(key).asBoolean(false)) {
                throw refused(key, "expected " + key + " false, but was true");
            }
        }

        private ModelFormatException refused(String key, String problem) {
            return new ModelFormatException(problem + " (" + file + ")", file, key);
        }
    }

    /** The schedule's name in the configuration. */
    String betaSchedule() {
        return squaredBetas ? SQUARED : PLAIN;
    }

    /** β of every timestep, in float32 like the reference; PyTorch's linspace counts from both ends to the middle. */
    float[] betas() {
        float start = squaredBetas ? (float) Math.sqrt(betaStart) : betaStart;
        float end = squaredBetas ? (float) Math.sqrt(betaEnd) : betaEnd;
        float step = trainTimesteps == 1 ? 0 : (end - start) / (trainTimesteps - 1);
        float[] betas = new float[trainTimesteps];
        for (int timestep = 0; timestep < trainTimesteps; timestep++) {
            float value = timestep < trainTimesteps / 2
                    ? start + step * timestep
                    : end - step * (trainTimesteps - 1 - timestep);
            betas[timestep] = squaredBetas ? value * value : value;
        }
        return betas;
    }
}
