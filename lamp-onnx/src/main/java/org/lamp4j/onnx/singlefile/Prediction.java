package org.lamp4j.onnx.singlefile;

import java.nio.FloatBuffer;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;

/**
 * What the UNet of a single file predicts, and the noise schedule it was trained with. No weight tells it: notes and
 * marks do where there are any, else the rule that diffusers has.
 *
 * @param schedule the schedule
 * @param reason how it was found out, for the log
 */
record Prediction(NoiseSchedule schedule, String reason) {

    /** The note of the metadata that programs for finetuning write. */
    static final String NOTE = "modelspec.prediction_type";

    /** What the note says for v. */
    static final String V = "v";

    /** A tensor without elements by which finetunes are marked that predict v. */
    static final String V_MARK = "v_pred";

    /** The same for those whose schedule ends in pure noise. */
    static final String ZERO_SNR_MARK = "ztsnr";

    private static final String STEPS = "global_step";

    /** When 512-base, which predicts noise, was saved; all else of version 2 predicts v. */
    private static final long STEPS_OF_512_BASE = 875_000;

    private static final String ALPHAS = "alphas_cumprod";

    /** Far below the last of any schedule that is not rescaled, 0.0047. */
    private static final float NOTHING_LEFT = 1e-6f;

    PredictionType type() {
        return schedule.predictionType();
    }

    /** Returns what it is if it is known what the UNet predicts. */
    Prediction given(PredictionType type) {
        return new Prediction(schedule.withPredictionType(type), "as was given");
    }

    static Prediction of(Checkpoint file) {
        String note = file.metadata().getOrDefault(NOTE, "");
        boolean zeroSnr = file.contains(ZERO_SNR_MARK) || endsInPureNoise(file);
        if (zeroSnr) {
            return v("its schedule ends in pure noise").withZeroTerminalSnr();
        }
        if (note.equals(V) || note.equals(PredictionType.V_PREDICTION.configName())) {
            return v("its metadata say so");
        }
        if (note.equals(PredictionType.EPSILON.configName())) {
            return epsilon("its metadata say so");
        }
        if (file.contains(V_MARK)) {
            return v("it holds " + V_MARK);
        }
        if (!Architecture.isSecondVersion(file.names())) {
            return epsilon("as all of version 1");
        }
        return steps(file) == STEPS_OF_512_BASE
                ? epsilon("it was saved after " + STEPS_OF_512_BASE + " steps, as 512-base was")
                : v("as all of version 2 but 512-base, which no tensor tells: give the prediction type if it is that");
    }

    private static Prediction v(String reason) {
        return new Prediction(NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION), reason);
    }

    private static Prediction epsilon(String reason) {
        return new Prediction(NoiseSchedule.stableDiffusion(PredictionType.EPSILON), reason);
    }

    private Prediction withZeroTerminalSnr() {
        return new Prediction(schedule.withZeroTerminalSnr(), reason);
    }

    private static boolean endsInPureNoise(Checkpoint file) {
        if (!file.contains(ALPHAS)) {
            return false;
        }
        StoredTensor alphas = file.tensor(ALPHAS);
        if (alphas.shape().rank() != 1
                || alphas.shape().size(0) != 1000
                || !alphas.type().isFloatingPoint()) {
            return false;
        }
        FloatBuffer values = alphas.floats();
        return values.get(values.limit() - 1) < NOTHING_LEFT;
    }

    /** A pickle notes the steps beside the tensors; a file made of one may have them as a tensor. */
    private static long steps(Checkpoint file) {
        String note = file.metadata().getOrDefault(STEPS, "");
        if (note.matches("\\d{1,18}")) {
            return Long.parseLong(note);
        }
        boolean isTensor = file.contains(STEPS) && file.tensor(STEPS).shape().elementCount() == 1;
        return isTensor ? (long) file.tensor(STEPS).floats().get(0) : 0;
    }
}
