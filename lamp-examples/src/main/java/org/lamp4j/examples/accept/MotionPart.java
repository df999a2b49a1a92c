package org.lamp4j.examples.accept;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.evaluate.MotionScore;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.progress.ProgressListener;

/**
 * A motion learned on the embedded model and measured in the clip that is generated, as {@code lamp quickstart} does.
 *
 * @param folder where model, clips and the quickstart's own report go
 * @param device where the model runs
 * @param scale how long it learns
 */
record MotionPart(Path folder, Device device, Scale scale) implements Part {

    private static final Motion MOTION = Motion.FALL;

    @Override
    public String name() {
        return "motion";
    }

    @Override
    public String inputs() {
        return MOTION + ", " + scale.motionSteps() + " steps";
    }

    @Override
    public Finding run() throws IOException {
        Quickstart.Result result = new Quickstart(
                        folder, new Quickstart.Subject(MOTION, Look.DRAWN, 0), device, scale.motionSteps())
                .run(ProgressListener.none(), ProgressListener.none());
        MotionScore score = result.score();
        return new Finding(
                scale.learnsTheMotion() ? Optional.of(score.isRightMotion()) : Optional.empty(),
                String.join(" ", result.findings()),
                Map.of(
                        "magnitude", score.magnitude(),
                        "correlation", score.correlation(),
                        "background PSNR, dB", score.backgroundPsnr()),
                List.of());
    }
}
