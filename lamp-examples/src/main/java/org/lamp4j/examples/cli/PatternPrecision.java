package org.lamp4j.examples.cli;

import org.lamp4j.motion.StoredPrecision;
import picocli.CommandLine.Option;

/** How the values of a pattern are stored. */
final class PatternPrecision {

    @Option(names = "--float16", description = "Save the pattern in half precision: half the size.")
    private boolean float16;

    StoredPrecision get() {
        return float16 ? StoredPrecision.FLOAT16 : StoredPrecision.FLOAT32;
    }
}
