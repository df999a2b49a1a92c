package org.lamp4j.examples.verify;

import java.util.function.Consumer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;

/** One forward pass of the video UNet. */
final class VideoUNetRows implements RowGroup {

    private static final String OUTPUT = "unet.output";
    private static final double TOLERANCE = 2e-5;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) {
        if (!fixture.has("unet.latents", "unet.timesteps", "unet.context", OUTPUT)) {
            rows.accept(Row.absent(OUTPUT, TOLERANCE));
            return;
        }
        FloatTensor latents = fixture.tensor("unet.latents");
        try (NoisePredictor predictor = subject.model().noisePredictor(subject.motion(), latents.shape())) {
            FloatTensor output =
                    predictor.predict(latents, fixture.integers("unet.timesteps"), fixture.tensor("unet.context"));
            rows.accept(Row.of(OUTPUT, output, fixture.tensor(OUTPUT), TOLERANCE));
        }
    }
}
