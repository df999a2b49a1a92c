package org.lamp4j.examples.cli;

import org.lamp4j.device.GradientCheckpointing;
import picocli.CommandLine.Option;

/** How a training step that is measured or compared is made. */
final class CheckpointingOption {

    @Option(
            names = "--gradient-checkpointing",
            description =
                    "Compute once more what a training step's way back needs, even where there is room to keep it.")
    private boolean always;

    GradientCheckpointing value() {
        return always ? GradientCheckpointing.ALWAYS : GradientCheckpointing.AS_NEEDED;
    }
}
