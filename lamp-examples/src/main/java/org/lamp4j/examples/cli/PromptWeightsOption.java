package org.lamp4j.examples.cli;

import org.lamp4j.generation.PromptSyntax;
import picocli.CommandLine.Option;

/** How prompts are read, wherever frames are generated. */
final class PromptWeightsOption {

    @Option(
            names = "--prompt-weights",
            description =
                    "Read weights in prompts, (duck), (duck:1.4), [cloud], with \\( for a bracket itself, and BREAK; "
                            + "and read prompts of any length, in chunks, where they are cut off otherwise.")
    private boolean weighted;

    PromptSyntax get() {
        return weighted ? PromptSyntax.WEIGHTED : PromptSyntax.PLAIN;
    }
}
