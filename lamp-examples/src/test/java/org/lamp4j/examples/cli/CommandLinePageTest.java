package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The reference in {@code docs/command-line.md} is what the commands say; {@code -Dcommand-line.write=true} writes it.
 */
class CommandLinePageTest {

    private static final Path PAGE = Path.of("../docs/command-line.md");

    private static final String MARKER =
            "<!-- Below this line: written by CommandLinePageTest from the commands themselves. -->\n";

    private static final String ADVICE = "expected docs/command-line.md to say what the commands say; to write it: mvn"
            + " -pl lamp-examples -am test -Dtest=CommandLinePageTest -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dcommand-line.write=true";

    @Test
    void page_belowTheMarker_isWhatTheCommandsSay() throws IOException {
        String page = Files.readString(PAGE).replace("\r\n", "\n");
        assertThat(page).containsOnlyOnce(MARKER);
        String introduction = page.substring(0, page.indexOf(MARKER) + MARKER.length());
        String expected = introduction + CommandLinePage.of(CommandRun.commandLine());
        if (Boolean.getBoolean("command-line.write")) {
            Files.writeString(PAGE, expected);
            return;
        }

        assertThat(page)
                .overridingErrorMessage(() -> ADVICE + "; first difference: " + firstDifference(page, expected))
                .isEqualTo(expected);
    }

    @Test
    void page_everyArgument_hasAMeaning() {
        assertThat(CommandLinePage.of(CommandRun.commandLine()).lines().filter(line -> line.startsWith("| `")))
                .hasSizeGreaterThan(100)
                .allSatisfy(row -> assertThat(row.split(" \\| ", -1)[1]).isNotBlank());
    }

    @Test
    void of_everyKindOfArgument_labelsMeaningsAndDefaults() {
        assertThat(CommandLinePage.of(new CommandLine(new Outer()))).isEqualTo("""

                        ## outer

                        Does things.

                        | Options of every command | Meaning | Default |
                        |---|---|---|
                        | `--quiet` | Say less. |  |

                        ## outer inner

                        Does one thing:

                            outer inner <here>

                        | Option | Meaning | Default |
                        |---|---|---|
                        | `PATH` | Where. | required |
                        | `-n`, `--number=N` | How many, \\*.txt \\| &lt;all>. | 3 |
                        | `--size=WxH` |  | that of N, see there; 5 of others |
                        | `--again[=HOW]` | Once more. |  |
                        | `--name=NAME` | Its name. | required |
                        | `--first=N` | In a group. |  |
                        | `--second=N` | With it. |  |
                        """);
    }

    /** The page is long: one line of it tells more than all. */
    private static String firstDifference(String page, String expected) {
        List<String> lines = page.lines().toList();
        List<String> others = expected.lines().toList();
        int same = 0;
        while (same < Math.min(lines.size(), others.size()) && lines.get(same).equals(others.get(same))) {
            same++;
        }
        return "line " + (same + 1) + " is to be " + others.subList(same, Math.min(same + 1, others.size()))
                + ", but was " + lines.subList(same, Math.min(same + 1, lines.size()));
    }

    @SuppressWarnings("UnusedVariable")
    @Command(name = "outer", description = "Does things.", subcommands = Inner.class)
    private static final class Outer {

        @Option(names = "--quiet", description = "Say less.", scope = CommandLine.ScopeType.INHERIT)
        private boolean quiet;
    }

    @SuppressWarnings("UnusedVariable")
    @Command(
            name = "inner",
            description = {"Does one thing:", "", "  outer inner <here>"},
            sortOptions = false)
    private static final class Inner {

        @Parameters(paramLabel = "PATH", description = "Where.")
        private Path path;

        @Option(
                names = {"-n", "--number"},
                paramLabel = "N",
                description = "How many, *.txt | <all>. Default: ${DEFAULT-VALUE}.")
        private int number = 3;

        @Option(names = "--size", paramLabel = "WxH", description = "Default: that of N, see there; 5 of others.")
        private String size;

        @Option(names = "--again", arity = "0..1", paramLabel = "HOW", description = "Once more.")
        private List<String> again;

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name.")
        private String name;

        @ArgGroup(exclusive = false)
        private Group group;
    }

    @SuppressWarnings("UnusedVariable")
    private static final class Group {

        @Option(names = "--first", required = true, paramLabel = "N", description = "In a group.")
        private int first;

        @Option(names = "--second", paramLabel = "N", description = "With it.")
        private int second;
    }
}
