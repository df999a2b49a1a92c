package org.lamp4j.examples.cli;

import java.io.IOException;
import java.util.List;
import org.lamp4j.Backbone;
import org.lamp4j.motion.LoraFile;
import picocli.CommandLine.Option;

/** What is added to the base model's weights. */
final class LoraOption {

    @Option(
            names = "--lora",
            paramLabel = "FILE[=W]",
            description =
                    "A LoRA file (kohya, diffusers or PEFT) that is added to the model's weights, and how much of "
                            + "it, 1 if W is not given; give one --lora for each.")
    private List<LoraFile> loras = List.of();

    /** Opens a model and adds what is given. */
    Backbone addTo(Opening opening) throws IOException {
        if (loras.isEmpty()) {
            return opening.open();
        }
        try (Backbone base = opening.open()) {
            return base.withLoras(loras);
        }
    }

    /** Opens a model. */
    @FunctionalInterface
    interface Opening {
        Backbone open() throws IOException;
    }
}
