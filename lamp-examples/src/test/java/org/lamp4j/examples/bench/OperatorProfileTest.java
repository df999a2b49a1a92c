package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorProfileTest {

    @TempDir
    private Path folder;

    @Test
    void read_twoRuns_countsTheLast() throws IOException {
        Files.writeString(
                folder.resolve("a.json"), "[" + run(0) + node("Mul", 1, 900) + run(10) + node("Add", 11, 20) + "{}]");
        Files.writeString(folder.resolve("b.json"), "[" + run(0) + node("Add", 1, 40) + node("Mul", 5, 140) + "{}]");

        StringWriter out = new StringWriter();
        OperatorProfile.read(folder).print(new PrintWriter(out), "network");

        assertThat(out.toString().lines().skip(1).limit(4))
                .containsExactly(
                        "network, by operator: 3 operators, 0.000 s",
                        "  seconds   share   count   GFLOP/s  operator",
                        "    0.000   70.0%       1         -  Mul",
                        "    0.000   30.0%       2         -  Add");
    }

    private static String run(int start) {
        return "{\"cat\": \"Session\", \"name\": \"model_run\", \"ts\": " + start + ", \"dur\": 9, \"args\": {}},";
    }

    private static String node(String operator, int start, int duration) {
        return "{\"cat\": \"Node\", \"name\": \"x\", \"ts\": " + start + ", \"dur\": " + duration
                + ", \"args\": {\"op_name\": \"" + operator + "\", \"input_type_shape\": [{\"float\": [2]}],"
                + " \"output_type_shape\": [{\"float\": [2]}]}},";
    }
}
