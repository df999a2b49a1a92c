package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The files that commands write beside their result, and replace without being asked: none may be the result itself, or
 * what it is made from.
 */
final class SideFiles {

    /** The options that name such files, and how these end; previews check their own endings. */
    private static final Map<String, String> ENDINGS = Map.of("--report", ".html", "--json", ".json", "--preview", "");

    private SideFiles() {}

    /**
     * Checks the files that a command line names.
     *
     * @throws ParameterException if one has another ending than its kind, or is that of another option
     */
    static void check(ParseResult parsed) {
        for (OptionSpec side : parsed.matchedOptions()) {
            String ending = ENDINGS.get(side.longestName());
            if (ending != null) {
                side.originalStringValues().forEach(file -> check(side, file, ending, parsed));
            }
        }
    }

    private static void check(OptionSpec side, String file, String ending, ParseResult parsed) {
        CommandLine command = parsed.commandSpec().commandLine();
        String name = side.longestName();
        if (!file.toLowerCase(Locale.ROOT).endsWith(ending)) {
            throw new ParameterException(
                    command, "expected a file ending in " + ending + " for " + name + ", but was " + file);
        }
        for (ArgSpec other : parsed.matchedArgs()) {
            if (!other.equals(side) && names(other, file)) {
                throw new ParameterException(
                        command,
                        "expected a file of its own for " + name + ", but was that of "
                                + (other instanceof OptionSpec option ? option.longestName() : other.paramLabel())
                                + " (" + file + ")");
            }
        }
    }

    private static boolean names(ArgSpec argument, String file) {
        return path(file).stream()
                .anyMatch(place -> argument.originalStringValues().stream()
                        .flatMap(SideFiles::files)
                        .anyMatch(named -> isSame(place, named)));
    }

    /** What an argument may name: itself, or what stands before a weight. */
    private static Stream<Path> files(String argument) {
        int weight = argument.lastIndexOf('=');
        return Stream.of(argument, weight < 0 ? argument : argument.substring(0, weight))
                .flatMap(text -> path(text).stream());
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return Optional.empty(); // a prompt, or a path that its own option refuses
        }
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return file.equals(other) || (Files.exists(file) && Files.exists(other) && Files.isSameFile(file, other));
        } catch (IOException e) {
            return false; // what cannot be looked at cannot be written to
        }
    }
}
