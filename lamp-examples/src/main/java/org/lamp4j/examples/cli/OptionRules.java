package org.lamp4j.examples.cli;

import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Refuses options that would do nothing beside, or without, others. */
final class OptionRules {

    /** What an option is about, without which it does nothing. */
    private static final Map<String, String> NEEDED = Map.ofEntries(
            Map.entry("--format", "--batch"),
            Map.entry("--skip-existing", "--batch"),
            Map.entry("--shard", "--batch"),
            Map.entry("--preview-every", "--preview"),
            Map.entry("--preview-decoder", "--preview"),
            Map.entry("--cuda-search", "--device"),
            Map.entry("--cuda-arena", "--device"),
            Map.entry("--cuda-memory", "--device"),
            Map.entry("--cuda-reproducible", "--device"));

    private static final Set<Set<String>> EXCLUSIVE = Set.of(
            Set.of("--no-adain", "--adain-start"),
            Set.of("--overwrite", "--skip-existing"),
            Set.of("--images", "--scenes"));

    private OptionRules() {}

    /**
     * Checks the options that a command line gives.
     *
     * @throws ParameterException if one would do nothing
     */
    static void check(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            String needed = NEEDED.get(option.longestName());
            if (needed != null && !parsed.hasMatchedOption(needed)) {
                throw problem(parsed, "expected " + needed + " beside " + option.longestName() + ", but was none");
            }
        }
        for (Set<String> options : EXCLUSIVE) {
            if (options.stream().allMatch(parsed::hasMatchedOption)) {
                String either = String.join(" or ", options.stream().sorted().toList());
                throw problem(parsed, "expected either " + either + ", but was both");
            }
        }
    }

    private static ParameterException problem(ParseResult parsed, String message) {
        return new ParameterException(parsed.commandSpec().commandLine(), message);
    }
}
