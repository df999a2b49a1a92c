package org.lamp4j.examples.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code lamp} command. The exit code is 0 only on success, 2 if the command line is wrong and 1 if anything else
 * is; an error is one line that begins with {@code lamp:}, and {@code --verbose} adds the stack trace.
 */
@Command(
        name = "lamp",
        description = "Learns a motion from a few clips and applies it to any image.",
        mixinStandardHelpOptions = true,
        versionProvider = Lamp.Version.class,
        sortOptions = false,
        scope = ScopeType.INHERIT,
        subcommands = {
            QuickstartCommand.class,
            StudioCommand.class,
            TrainCommand.class,
            GenerateCommand.class,
            ExportCommand.class,
            ConvertCommand.class,
            VerifyCommand.class,
            InspectCommand.class,
            BenchCommand.class,
            DevicesCommand.class,
            AcceptCommand.class,
            MakeRandomModelCommand.class,
            PretrainCommand.class,
            DistilCommand.class,
            EvaluateEmbeddedCommand.class,
            BlendCommand.class,
            EditCommand.class,
            ExtendCommand.class,
            SmoothCommand.class,
            EnlargeCommand.class,
            EvaluateCommand.class,
            ClusterCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Lamp implements Runnable {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int BAD_USAGE = 2;

    @Option(names = "--verbose", description = "Print the stack trace of an error.", scope = ScopeType.INHERIT)
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Interruption interruption;

    Lamp(Interruption interruption) {
        this.interruption = interruption;
    }

    /**
     * Runs the command line and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "lamp: %5$s%n");
        }
        MessageWriter err = standardError();
        Interruption interruption = new Interruption(Thread.currentThread(), err, Interruption.PATIENCE);
        interruption.heed();
        System.exit(new Lamp(interruption)
                .execute(new PrintWriter(System.out, true, Charset.defaultCharset()), err, arguments));
    }

    /** All that goes to standard error, logs included, goes above the progress bar. */
    private static MessageWriter standardError() {
        StatusLine line = new StatusLine(System.err);
        Charset charset = Charset.forName(System.getProperty(
                "stderr.encoding",
                System.getProperty(
                        "sun.stderr.encoding", Charset.defaultCharset().name())));
        PrintStream stream = new PrintStream(line, true, charset);
        System.setErr(stream);
        return new MessageWriter(new PrintWriter(new OutputStreamWriter(stream, charset), true), line);
    }

    /**
     * Runs the command line without heeding signals.
     *
     * @param out where results go
     * @param err where progress and errors go
     * @param arguments the command and its options
     * @return the exit code
     */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        MessageWriter messages = new MessageWriter(err);
        return new Lamp(new Interruption(Thread.currentThread(), messages, Interruption.PATIENCE))
                .execute(out, messages, arguments);
    }

    private int execute(PrintWriter out, MessageWriter err, String... arguments) {
        CommandLine commandLine = OptionTypes.registerIn(new CommandLine(this))
                .setOut(new MessageWriter(out))
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(Lamp::runWhatIsKnown)
                .setParameterExceptionHandler((problem, all) -> badUsage(problem, err))
                .setExecutionExceptionHandler((problem, command, result) -> failed(problem, err));
        try {
            return commandLine.execute(arguments);
        } catch (OutOfMemoryError | LinkageError problem) {
            return failed(problem, err);
        } finally {
            interruption.workIsOver();
        }
    }

    /** Help does not excuse a word that means nothing: picocli, asked for help, would pass over it. */
    private static int runWhatIsKnown(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            List<String> unmatched = command.getUnmatchedArguments();
            if (!unmatched.isEmpty()) {
                throw new UnmatchedArgumentException(command, unmatched);
            }
            OptionRules.check(command.getParseResult());
            SideFiles.check(command.getParseResult());
        }
        return new RunLast().execute(parsed);
    }

    /** Tells that the command has done work that it will put away if it is told to end, and that is waited for. */
    void waitForWork() {
        interruption.waitForWork();
    }

    /** A line without a command is wrong; picocli calls this for it. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, but was none");
    }

    private int badUsage(ParameterException problem, PrintWriter err) {
        String command = problem.getCommandLine().getCommandSpec().qualifiedName();
        err.println("lamp: " + ErrorLine.of(problem) + nearest(problem) + " (see " + command + " --help)");
        trace(problem, err);
        return BAD_USAGE;
    }

    private static String nearest(ParameterException problem) {
        List<String> names =
                problem instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return names.isEmpty() ? "" : ", the nearest is " + names.get(0);
    }

    private int failed(Throwable problem, PrintWriter err) {
        if (!interruption.workIsOver()) {
            interruption.awaitMessage();
            return FAILED;
        }
        err.println("lamp: " + ErrorLine.of(problem));
        trace(problem, err);
        return FAILED;
    }

    private void trace(Throwable problem, PrintWriter err) {
        if (verbose) {
            StringWriter trace = new StringWriter();
            problem.printStackTrace(new PrintWriter(trace));
            // Indented, so that no line of a message of several looks like one of ours.
            trace.toString().lines().forEach(line -> err.println("  " + line));
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(Lamp.class.getPackage().getImplementationVersion())
                    .orElse("(run from classes)");
            return new String[] {"lamp " + version};
        }
    }
}
