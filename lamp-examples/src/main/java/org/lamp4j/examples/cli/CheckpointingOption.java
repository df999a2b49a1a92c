package org.lamp4j.examples.cli;

import org.lamp4j.device.GradientCheckpointing;
import picocli.CommandLine.Option;

/** How a training step that is measured or compared is made. */
final class CheckpointingOption {

    @Option(
            names = "--gradient-checkpointing",
            description =
                    "Recompute activations in the backward pass of a training step, even where there is room to keep them.")
    private boolean always;

    GradientCheckpointing value() {
        return always ? GradientCheckpointing.ALWAYS : GradientCheckpointing.AS_NEEDED;
    }
}
