package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
        for (OptionSpec option : parsed.matchedOptions()) {
            String ending = ENDINGS.get(option.longestName());
            if (ending != null) {
                check(parsed.commandSpec().commandLine(), option, ending, parsed);
            }
        }
    }

    private static void check(CommandLine command, OptionSpec side, String ending, ParseResult parsed) {
        String name = side.longestName();
        for (String file : side.originalStringValues()) {
            if (!file.endsWith(ending)) {
                throw new ParameterException(
                        command, "expected a file ending in " + ending + " for " + name + ", but was " + file);
            }
            Optional<Path> place = path(file);
            for (ArgSpec other : parsed.matchedArgs()) {
                boolean isShared = !other.equals(side)
                        && other.originalStringValues().stream()
                                .flatMap(SideFiles::files)
                                .anyMatch(path -> place.isPresent() && isSame(place.get(), path));
                if (isShared) {
                    throw new ParameterException(
                            command,
                            "expected a file of its own for " + name + ", but was that of "
                                    + (other instanceof OptionSpec option ? option.longestName() : other.paramLabel())
                                    + " (" + file + ")");
                }
            }
        }
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
