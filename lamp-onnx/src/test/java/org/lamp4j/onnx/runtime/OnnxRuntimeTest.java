package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OnnxRuntimeTest {

    /**
     * What an operating system takes as one argument, and far more than a usual stack holds of ONNX Runtime's
     * recursion.
     */
    private static final int LONG_CLASS_PATH = 100_000;

    /** A program that begins ONNX Runtime on its main thread. */
    public static final class Beginning {

        private Beginning() {}

        public static void main(String[] arguments) {
            System.out.println("version " + OnnxRuntime.version());
        }
    }

    @Test
    void begin_commandLineOfAHundredThousandCharacters_isSurvived() throws IOException, InterruptedException {
        String classPath = System.getProperty("java.class.path") + File.pathSeparator;
        String longer = classPath + "x".repeat(LONG_CLASS_PATH - classPath.length());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        longer,
                        Beginning.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("version 1.");
        assertThat(process.exitValue()).as(output).isZero();
    }
}
