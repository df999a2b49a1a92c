package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A process on a terminal of its own, at whose keyboard the test sits. */
public final class TerminalProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final char CONTROL_C = '\u0003';

    private final PtyProcess process;

    @SuppressWarnings("JdkObsolete") // one thread reads it while another appends
    private final StringBuffer screen = new StringBuffer();

    private final Thread reader = new Thread(this::read, "screen");

    private TerminalProcess(PtyProcess process) {
        this.process = process;
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code lamp}; the test is skipped where no terminal can be made. */
    static TerminalProcess lamp(Object... arguments) {
        return start(java(Lamp.class, arguments));
    }

    static TerminalProcess start(List<String> command) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("TERM", "xterm");
        try {
            return new TerminalProcess(new PtyProcessBuilder(command.toArray(String[]::new))
                    .setEnvironment(environment)
                    .setInitialColumns(120)
                    .setInitialRows(40)
                    .start());
        } catch (IOException | LinkageError e) {
            return Assumptions.abort("no pseudo-terminal here: " + e);
        }
    }

    /** Returns the command that runs a main class as the tests are run. */
    public static List<String> java(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private void read() {
        byte[] bytes = new byte[1 << 12];
        try (InputStream input = process.getInputStream()) {
            for (int count = input.read(bytes); count >= 0; count = input.read(bytes)) {
                screen.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            screen.append(""); // a terminal whose process has ended cannot be read
        }
    }

    /** Waits until the screen shows text that matches. */
    TerminalProcess await(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!pattern.matcher(screen).find() && process.isAlive() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(screen()).containsPattern(pattern);
        return this;
    }

    void pressControlC() throws IOException {
        process.getOutputStream().write(CONTROL_C);
        process.getOutputStream().flush();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for the process to end and returns its exit code, for a signal 128 and its number as a shell does. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(screen())
                .isTrue();
        reader.join(PATIENCE.toMillis());
        return process.exitValue();
    }

    String screen() {
        return screen.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
