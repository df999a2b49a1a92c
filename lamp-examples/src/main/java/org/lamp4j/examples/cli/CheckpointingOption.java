package org.lamp4j.examples.cli;

import org.lamp4j.GradientCheckpointing;
import picocli.CommandLine.Option;

/** How a training step that is measured or compared is made. */
final class CheckpointingOption {

    @Option(
            names = "--gradient-checkpointing",
            arity = "0..1",
            paramLabel = "HOW",
            fallbackValue = "always",
            defaultValue = "as_needed",
            description = "Whether a training step computes once more what its way back needs: always or as_needed."
                    + " Default: ${DEFAULT-VALUE}.")
    private GradientCheckpointing checkpointing;

    GradientCheckpointing value() {
        return checkpointing;
    }
}
