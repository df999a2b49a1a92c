package org.lamp4j.examples.cli;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;

/** Tells what stands on the command line from what is only an option's default. */
final class GivenOptions {

    private final CommandSpec command;

    GivenOptions(CommandSpec command) {
        this.command = command;
    }

    boolean contain(String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    boolean containOneOf(String beginning) {
        return command.commandLine().getParseResult().matchedOptions().stream()
                .anyMatch(option -> option.longestName().startsWith(beginning));
    }

    /** Hands on an option's value if it is given. */
    <T> void ifGiven(String option, @Nullable T value, Consumer<T> setter) {
        if (contain(option)) {
            setter.accept(Objects.requireNonNull(value));
        }
    }

    /** Returns an option's value if it is given, else what a configuration says, else refuses the command line. */
    <T> T require(String option, @Nullable T value, Optional<T> configured) {
        if (contain(option)) {
            return Objects.requireNonNull(value);
        }
        return configured.orElseThrow(() -> new MissingParameterException(
                command.commandLine(),
                command.findOption(option),
                "Missing required option: '" + option + "="
                        + command.findOption(option).paramLabel() + "'"));
    }
}
