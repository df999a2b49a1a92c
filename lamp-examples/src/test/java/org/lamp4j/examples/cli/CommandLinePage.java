package org.lamp4j.examples.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes in Markdown what commands say about themselves: the same words as {@code --help}, in the same order. */
final class CommandLinePage {

    private static final Pattern DEFAULT =
            Pattern.compile("(?<meaning>.*?)\\s*Default: (?<value>.*?)\\.?", Pattern.DOTALL);

    private final StringBuilder page = new StringBuilder();

    private CommandLinePage() {}

    /** Returns a section for the command itself and one for each of its subcommands. */
    static String of(CommandLine root) {
        CommandLinePage page = new CommandLinePage();
        page.section(root, "Options of every command", root.getCommandSpec().options());
        for (CommandLine command : root.getSubcommands().values()) {
            page.section(command, "Option", ownOptions(command.getCommandSpec()));
        }
        return page.page.toString();
    }

    private static List<OptionSpec> ownOptions(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden() && !option.inherited())
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .toList();
    }

    private void section(CommandLine command, String heading, List<OptionSpec> options) {
        CommandSpec spec = command.getCommandSpec();
        page.append("\n## ").append(spec.qualifiedName()).append("\n\n");
        for (String line : spec.usageMessage().description()) {
            page.append(paragraphLine(line)).append('\n');
        }
        List<ArgSpec> rows = new ArrayList<>(spec.positionalParameters());
        rows.addAll(options);
        if (!rows.isEmpty()) {
            page.append("\n| ").append(heading).append(" | Meaning | Default |\n|---|---|---|\n");
            rows.forEach(argument -> page.append(row(command, argument)));
        }
    }

    private String row(CommandLine command, ArgSpec argument) {
        String text = Arrays.stream(argument.description())
                .map(CommandLinePage::formatted)
                .collect(Collectors.joining(" "));
        Matcher parts = DEFAULT.matcher(text);
        boolean saysDefault = parts.matches();
        String meaning = saysDefault ? parts.group("meaning") : text;
        String value = saysDefault ? parts.group("value") : isAlwaysRequired(argument) ? "required" : "";
        return "| `" + names(argument) + label(command, argument) + "` | " + escaped(meaning) + " | " + escaped(value)
                + " |\n";
    }

    /** What a group requires is required only where another of the group is given. */
    private static boolean isAlwaysRequired(ArgSpec argument) {
        return argument.required() && argument.group() == null;
    }

    private static String names(ArgSpec argument) {
        return argument instanceof OptionSpec option ? String.join("`, `", option.names()) : "";
    }

    private static String label(CommandLine command, ArgSpec argument) {
        String label = command.getHelp()
                .parameterLabelRenderer()
                .renderParameterLabel(argument, Ansi.OFF, List.of())
                .toString();
        return argument instanceof PositionalParamSpec ? label.strip() : label;
    }

    /** Indented lines are commands to be typed, which Markdown shows as they are if four spaces precede them. */
    private static String paragraphLine(String line) {
        String text = formatted(line);
        return text.startsWith("  ") ? "  " + text : escaped(text);
    }

    /** A description is a format, as picocli reads it. */
    private static String formatted(String description) {
        return String.format(description).stripTrailing();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("*", "\\*")
                .replace("<", "&lt;")
                .replaceAll("\\R", " ");
    }
}
