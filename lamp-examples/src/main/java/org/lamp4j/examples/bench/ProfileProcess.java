package org.lamp4j.examples.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.lamp4j.device.Device;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.bench.ProfileBenchmark.Network;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.ScratchFolder;

/**
 * Profiles in a process of its own, in which CUDA runs one kernel after another: it looks for the variable that says so
 * when it begins, and a process cannot set its own. The other process has this one's Java, class path, options and
 * libraries, and ends with it, however that ends.
 *
 * @param model folder of the model
 * @param device where to run it
 * @param clip frames and size, and how to train
 */
public record ProfileProcess(Path model, Device device, Benchmark clip) {

    /** CUDA's variable: whether a launch returns when its kernel has run. */
    static final String VARIABLE = "CUDA_LAUNCH_BLOCKING";

    static final String BLOCKING = "1";

    /** Where ONNX Runtime's libraries are, and what log lines look like: a program may have set them since it began. */
    private static final List<String> SET_LATER =
            List.of("onnxruntime.native.path", "java.util.logging.SimpleFormatter.format");

    /** Two agents would want one port or one file. */
    private static final List<String> AGENTS = List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrunjdwp");

    private static final String REQUEST = "request.json";
    private static final String PROFILES = "profiles";

    /** Of SIGHUP, SIGINT and SIGTERM: on a terminal Ctrl-C goes to both processes. */
    private static final List<Integer> CODES_OF_SIGNALS = List.of(129, 130, 143);

    /** After which a process that was asked to end is ended. */
    private static final long PATIENCE_SECONDS = 3;

    /**
     * Tells whether launches block in this process.
     *
     * @return whether it may profile a GPU itself
     */
    public static boolean isThisOne() {
        return BLOCKING.equals(System.getenv(VARIABLE));
    }

    /**
     * Measures a network.
     *
     * @param network which
     * @return its operators
     * @throws IOException if files cannot be written or read
     * @throws IllegalStateException if the other process fails
     * @throws StoppedException if this thread was interrupted, or the other process was stopped
     */
    public OperatorProfile of(Network network) throws IOException {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path profiles = Files.createDirectory(scratch.path().resolve(PROFILES));
            Path log = scratch.path().resolve("log");
            ProfileRequest.of(model, network, clip, device).write(scratch.path().resolve(REQUEST));
            int code = run(builder(scratch.path()).redirectOutput(log.toFile()));
            if (CODES_OF_SIGNALS.contains(code)) {
                throw Interruption.stopped();
            }
            if (code != 0) {
                throw new IllegalStateException(
                        "the process that profiles ended with exit code " + code + lastLine(log));
            }
            return OperatorProfile.read(profiles);
        }
    }

    /** Returns how the other process begins: with a folder that has its request, and takes profiles. */
    static ProcessBuilder builder(Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> AGENTS.stream().noneMatch(option::startsWith))
                .forEach(command::add);
        for (String name : SET_LATER) {
            Optional.ofNullable(System.getProperty(name)).ifPresent(value -> command.add("-D" + name + "=" + value));
        }
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), ProfileProcess.class.getName(), folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(VARIABLE, BLOCKING);
        return builder;
    }

    private static int run(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw Interruption.stopped();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // there is no time to wait
        }
    }

    private static String lastLine(Path log) throws IOException {
        try (Stream<String> lines = new String(Files.readAllBytes(log), Charset.defaultCharset()).lines()) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((before, after) -> after)
                    .map(line -> ": " + PrintableText.line(line))
                    .orElse("");
        }
    }

    /**
     * The other process.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) {
        Thread watch = new Thread(ProfileProcess::endWithParent, "parent watch");
        watch.setDaemon(true);
        watch.start();
        Path folder = Path.of(arguments[0]);
        try {
            ProfileRequest request = ProfileRequest.read(folder.resolve(REQUEST));
            request.benchmark().writeProfiles(request.network(), folder.resolve(PROFILES));
        } catch (IOException | RuntimeException e) {
            System.out.println(PrintableText.line(String.valueOf(e.getMessage())));
            System.exit(1);
        }
    }

    /** The other end of standard input is closed when the process that has it ends. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is said there
            }
        } catch (IOException e) {
            // as good as the end
        }
        System.exit(CODES_OF_SIGNALS.get(0));
    }
}
