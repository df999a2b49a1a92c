package org.lamp4j.spark;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What {@code spark-submit} runs: a batch that is read from a table, with results that are written to another. The exit
 * code is 0 if every row has a result, 1 if some have not, and 2 if the arguments are wrong.
 */
@Command(
        name = "lamp-spark",
        description = "Makes clips, measures them and learns motions on Spark.",
        mixinStandardHelpOptions = true,
        subcommands = {GenerateJob.class, EvaluateJob.class, TrainJob.class})
public final class ClusterJob implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private ClusterJob() {}

    /**
     * Runs a batch.
     *
     * @param arguments {@code generate}, {@code evaluate} or {@code train}, and its options; {@code --help} says which
     */
    public static void main(String[] arguments) {
        int code = run(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /**
     * Checks arguments without doing anything, so that what is wrong with them is found before the cluster is asked
     * for.
     *
     * @param arguments as for {@link #main}
     * @throws IllegalArgumentException if they would be refused
     */
    public static void check(String... arguments) {
        try {
            CommandLine.ParseResult parsed = commandLine().parseArgs(arguments);
            if (!parsed.hasSubcommand()) {
                throw new IllegalArgumentException("expected generate, evaluate or train, but was none");
            }
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    private static CommandLine commandLine() {
        return new CommandLine(new ClusterJob());
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected generate, evaluate or train, but was none");
    }
}
