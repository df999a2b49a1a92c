package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.testing.EmbeddedModel;
import picocli.CommandLine;

/** Runs the command line as a process would, and keeps what it says. */
final class CommandRun {

    private static boolean copied;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Returns the embedded model, which is copied once for all tests. */
    static synchronized Path model() {
        Path model = Path.of("target/embedded-model").toAbsolutePath();
        if (!copied) {
            try {
                EmbeddedModel.copyTo(model);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            copied = true;
        }
        return model;
    }

    /** Returns the commands and their options, which nothing runs. */
    static CommandLine commandLine() {
        MessageWriter messages = new MessageWriter(new PrintWriter(Writer.nullWriter()));
        return new CommandLine(new Lamp(new Interruption(Thread.currentThread(), messages, Interruption.PATIENCE)));
    }

    /** Returns the exit code. */
    int run(Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return Lamp.run(new PrintWriter(out, true), new PrintWriter(err, true), texts.toArray(String[]::new));
    }

    /** Runs what has to succeed. */
    void succeed(Object... arguments) {
        assertThat(run(arguments)).as(err.toString()).isEqualTo(Lamp.OK);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
