package org.lamp4j.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
        int stepsOffset,
        boolean zeroTerminalSnr) {

    private static final String PLAIN = "linear";
    private static final String SQUARED = "scaled_linear";

    private static final String ZERO_SNR = "rescale_betas_zero_snr";

    /** A hundred times those of any model; the schedule holds a number for each. */
    private static final int MAX_TIMESTEPS = 100_000;

    /** Stable Diffusion's, of versions 1 and 2. */
    static NoiseScheduleConfig stableDiffusion(PredictionType predictionType) {
        return new NoiseScheduleConfig(1000, true, 0.00085f, 0.012f, predictionType, false, 1, false);
    }

    NoiseScheduleConfig with(PredictionType newType) {
        return new NoiseScheduleConfig(
                trainTimesteps, squaredBetas, betaStart, betaEnd, newType, setAlphaToOne, stepsOffset, zeroTerminalSnr);
    }

    NoiseScheduleConfig withZeroTerminalSnr() {
        return new NoiseScheduleConfig(
                trainTimesteps, squaredBetas, betaStart, betaEnd, predictionType, setAlphaToOne, stepsOffset, true);
    }

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
            refuseTrue("thresholding");
            refuseTrue("clip_sample");
            String schedule = json.path("beta_schedule").asText(PLAIN);
            if (!schedule.equals(SQUARED) && !schedule.equals(PLAIN)) {
                throw refused("beta_schedule", "expected beta_schedule scaled_linear or linear, but was " + schedule);
            }
            int trainTimesteps = integer("num_train_timesteps", 1000, 1, MAX_TIMESTEPS);
            PredictionType type = predictionType(json.path("prediction_type").asText("epsilon"));
            return new NoiseScheduleConfig(
                    trainTimesteps,
                    schedule.equals(SQUARED),
                    beta("beta_start", 0.0001f),
                    beta("beta_end", 0.02f),
                    type,
                    json.path("set_alpha_to_one").asBoolean(false),
                    integer("steps_offset", 0, 0, trainTimesteps),
                    zeroTerminalSnr(type));
        }

        /** The noise of a latent that is nothing but noise says nothing of the clean latent; v does. */
        private boolean zeroTerminalSnr(PredictionType type) throws ModelFormatException {
            boolean rescaled = json.path(ZERO_SNR).asBoolean(false);
            if (rescaled && type != PredictionType.V_PREDICTION) {
                throw refused(
                        ZERO_SNR,
                        "expected " + ZERO_SNR + " with prediction_type v_prediction only, but was "
                                + type.configName());
            }
            return rescaled;
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

    /** What diffusers reads the schedule from. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("_class_name", "DDIMScheduler");
        json.put("beta_start", decimal(betaStart));
        json.put("beta_end", decimal(betaEnd));
        json.put("beta_schedule", betaSchedule());
        json.put("clip_sample", false);
        json.put("num_train_timesteps", trainTimesteps);
        json.put("prediction_type", predictionType.configName());
        json.put("set_alpha_to_one", setAlphaToOne);
        json.put("steps_offset", stepsOffset);
        if (zeroTerminalSnr) {
            json.put(ZERO_SNR, true);
        }
        return json;
    }

    /** The shortest number that is read as this float. */
    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
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
