package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The motion that is generated. */
final class PatternOption {

    @Option(
            names = "--motion",
            required = true,
            paramLabel = "PATH",
            description = "A pattern that train wrote, or a whole LAMP checkpoint folder.")
    private Path motion;

    @Mixin
    private AnyBaseOption anyBase;

    MotionPattern load(Backbone backbone) throws IOException {
        return MotionPattern.load(backbone, motion, anyBase.match());
    }
}
