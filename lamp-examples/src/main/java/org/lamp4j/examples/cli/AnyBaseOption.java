package org.lamp4j.examples.cli;

import org.lamp4j.BaseMatch;
import picocli.CommandLine.Option;

/** Whose patterns are taken. */
final class AnyBaseOption {

    @Option(
            names = "--any-base",
            description = "Take a pattern that was trained on another model of the same architecture, as the one that "
                    + "--model is a finetune of.")
    private boolean anyBase;

    BaseMatch match() {
        return anyBase ? BaseMatch.SAME_ARCHITECTURE : BaseMatch.SAME_MODEL;
    }
}
