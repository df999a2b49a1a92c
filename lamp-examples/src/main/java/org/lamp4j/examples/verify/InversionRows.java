package org.lamp4j.examples.verify;

import java.io.IOException;
import java.util.function.Consumer;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.generation.pipeline.DdimInversion;
import org.lamp4j.generation.pipeline.GuidedPredictor;
import org.lamp4j.tensor.FloatTensor;

/** DDIM inversion of a clip's latents; the reference has it for epsilon models only. */
final class InversionRows implements RowGroup {

    static final String END = "inversion.end";
    private static final double TOLERANCE = 2e-3;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException {
        if (!fixture.has("inversion.start", "inversion.context", END)) {
            rows.accept(Row.absent(END, TOLERANCE));
            return;
        }
        FloatTensor start = fixture.tensor("inversion.start");
        DdimInversion inversion = DdimInversion.of(subject.schedule(), fixture.integer("/inversion_steps"));
        try (GuidedPredictor predictor = GuidedPredictor.of(
                subject.model().noisePredictor(subject.motion(), start.shape()),
                fixture.tensor("inversion.context"),
                new Guidance(1),
                subject.schedule())) {
            FloatTensor end = inversion.invert(start, predictor);
            rows.accept(Row.of(END, end, fixture.tensor(END), TOLERANCE));
        }
    }
}
