package org.lamp4j.examples.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** After how long a command stops that may take days. */
final class MinutesOption {

    private static final Duration NO_END = Duration.ofDays(100 * 365);

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "Stop after so long and write what has been learned. Default: when it is done.")
    private @Nullable Integer minutes;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Returns how long the command may take.
     *
     * @throws ParameterException if that is less than a minute
     */
    Duration get() {
        if (minutes == null) {
            return NO_END;
        }
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "expected --minutes of 1 or more, but was " + minutes);
        }
        return Duration.ofMinutes(minutes);
    }
}
