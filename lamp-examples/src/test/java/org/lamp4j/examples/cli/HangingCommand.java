package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;

/**
 * A command that hangs in a read that no interrupt ends. It heeds signals as {@code lamp} does, with a second of
 * patience; with an argument, it says that it has work to put away.
 */
final class HangingCommand {

    private HangingCommand() {}

    public static void main(String[] arguments) throws IOException {
        MessageWriter err = new MessageWriter(new PrintWriter(System.err, true, Charset.defaultCharset()));
        Interruption interruption = new Interruption(Thread.currentThread(), err, Duration.ofSeconds(1));
        interruption.heed();
        if (arguments.length > 0) {
            interruption.waitForWork();
        }
        err.println("reading");
        while (true) {
            System.in.read();
        }
    }
}
