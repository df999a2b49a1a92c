package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a model predicts, where it does not say so itself. */
final class PredictionOption {

    @Option(
            names = "--prediction-type",
            paramLabel = "TYPE",
            description =
                    "What the model predicts, epsilon or v_prediction. Default: what the model says; a single "
                            + "file of Stable Diffusion 2 that does not is taken for v_prediction, which is wrong for 512-base.")
    private Optional<PredictionType> predictionType = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    Backbone open(Path model, Device device) throws IOException {
        return predictionType.isPresent()
                ? OptionTypes.fromOptions(spec, () -> Backbone.load(model, device, predictionType.get()))
                : Backbone.load(model, device);
    }
}
