package org.lamp4j.examples.verify;

import java.util.function.Consumer;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;

/** Images to the moments of their latents, and latents to images; no scaling on either side. */
final class AutoEncoderRows implements RowGroup {

    private static final double TOLERANCE = 2e-5;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) {
        LatentCodec codec = subject.model().latentCodec();
        if (fixture.has("vae.image", "vae.mean", "vae.logvar")) {
            LatentDistribution posterior = codec.encode(fixture.tensor("vae.image"));
            rows.accept(Row.of("vae.mean", posterior.mean(), fixture.tensor("vae.mean"), TOLERANCE));
            rows.accept(Row.of("vae.logvar", posterior.logVariance(), fixture.tensor("vae.logvar"), TOLERANCE));
        } else {
            rows.accept(Row.absent("vae.mean", TOLERANCE));
            rows.accept(Row.absent("vae.logvar", TOLERANCE));
        }
        if (fixture.has("vae.latent", "vae.decoded")) {
            rows.accept(Row.of(
                    "vae.decoded",
                    codec.decode(fixture.tensor("vae.latent")),
                    fixture.tensor("vae.decoded"),
                    TOLERANCE));
        } else {
            rows.accept(Row.absent("vae.decoded", TOLERANCE));
        }
    }
}
