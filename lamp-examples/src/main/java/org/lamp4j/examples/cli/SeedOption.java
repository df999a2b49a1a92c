package org.lamp4j.examples.cli;

import picocli.CommandLine.Option;

/** Where a command's randomness comes from. */
final class SeedOption {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Where all randomness comes from. Default: ${DEFAULT-VALUE}.")
    private long seed;

    long get() {
        return seed;
    }
}
