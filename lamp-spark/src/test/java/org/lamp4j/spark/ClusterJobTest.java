package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that spark-submit runs, with the settings that it would give as properties. */
class ClusterJobTest {

    private static final Map<String, String> SETTINGS =
            Map.of("spark.master", "local[2]", "spark.ui.enabled", "false", "spark.sql.shuffle.partitions", "2");

    @TempDir
    private Path folder;

    @BeforeEach
    void set() {
        SETTINGS.forEach(System::setProperty);
    }

    @AfterEach
    void unset() {
        SETTINGS.keySet().forEach(System::clearProperty);
    }

    private static Map<String, JsonNode> rows(Path table) throws IOException {
        Map<String, JsonNode> rows = new HashMap<>();
        try (Stream<Path> parts = Files.list(table)) {
            for (Path part :
                    parts.filter(file -> file.toString().endsWith(".json")).toList()) {
                for (String line : Files.readAllLines(part)) {
                    JsonNode row = new ObjectMapper().readTree(line);
                    rows.put(row.get("id").asText(), row);
                }
            }
        }
        return rows;
    }

    @Test
    void run_tableWithARowThatFails_tablesOfResultsAndFigures() throws IOException {
        ClusterFiles files = ClusterFiles.in(folder);
        String options = ClusterFiles.SMALL.replace("\"", "\"\"");
        Path requests = Files.writeString(
                folder.resolve("requests.csv"),
                "id,prompt,firstFrameUri,pattern,options,seed\n"
                        + "good,\"a ball, green\"," + files.image().toUri() + ","
                        + files.pattern().toUri() + ",\"" + options
                        + "\",5\n"
                        + "bad,a ball," + files.image().toUri() + ","
                        + folder.resolve("none").toUri() + ",\"" + options
                        + "\",\n"
                        + "seedless,a ball,,none,,five\n"
                        + "promptless,,,none,,\n");
        Path clips = folder.resolve("clips");
        Path results = folder.resolve("results.json");
        Path figures = folder.resolve("figures.json");

        int code = ClusterJob.run(
                "generate",
                "--requests",
                requests.toString(),
                "--model",
                files.model().toString(),
                "--output",
                clips.toUri().toString(),
                "--results",
                results.toString(),
                "--partitions",
                "2");
        int evaluated = ClusterJob.run(
                "evaluate", "--clips", results.toString(), "--results", figures.toString(), "--partitions", "1");

        assertThat(code).isEqualTo(1);
        JsonNode good = rows(results).get("good");
        assertThat(good.get("prompt").asText()).isEqualTo("a ball, green");
        assertThat(good.get("seed").asLong()).isEqualTo(5);
        assertThat(Path.of(java.net.URI.create(good.get("uri").asText())))
                .isNotEmptyFile()
                .hasParent(clips);
        assertThat(rows(results).get("bad").get("error").asText()).startsWith("expected a file, but there is none");
        assertThat(rows(results).get("seedless").get("error").asText())
                .isEqualTo("expected a whole number, but was \"five\" (option seed)");
        assertThat(rows(results).get("promptless").get("error").asText()).isEqualTo("expected a prompt, but was none");
        assertThat(evaluated).isEqualTo(1);
        assertThat(rows(figures).get("good").get("magnitude").asDouble()).isGreaterThanOrEqualTo(0);
        assertThat(rows(figures).get("bad").get("error"))
                .isEqualTo(rows(results).get("bad").get("error"));
    }

    @Test
    void run_whatCannotBeRun_isRefusedAndNothingIsReplaced() throws IOException {
        Path requests = Files.writeString(folder.resolve("requests.csv"), "id,Prompt,pattern\na,a ball,p\n");
        Path results = folder.resolve("results.csv");

        assertThat(generate(requests, folder.resolve("clips"), results)).isEqualTo(2);
        assertThat(generate(requests, folder.resolve("clips"), folder)).isEqualTo(2);

        assertThat(folder.toFile().list()).containsExactly("requests.csv");
    }

    private static int generate(Path requests, Path clips, Path results) {
        return ClusterJob.run(
                "generate",
                "--requests",
                requests.toString(),
                "--model",
                "none",
                "--output",
                clips.toString(),
                "--results",
                results.toString());
    }

    @Test
    void check_whatWouldBeRefused_isRefused() {
        ClusterJob.check("train", "--requests", "r.csv", "--model", "m", "--output", "o", "--results", "t");
        ClusterJob.check(
                "train",
                "--requests",
                "r.csv",
                "--model",
                "m",
                "--lora",
                "ink=0.5",
                "--lora",
                "paper",
                "--sent-lora",
                "few-steps=1",
                "--output",
                "o",
                "--results",
                "t");
        assertThatThrownBy(() -> ClusterJob.check("generate", "--requests", "r.csv"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--output");
        assertThatThrownBy(() -> ClusterJob.check(
                        "generate",
                        "--requests",
                        "r",
                        "--output",
                        "o",
                        "--results",
                        "t",
                        "--model",
                        "a",
                        "--sent-model",
                        "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mutually exclusive");
        assertThatThrownBy(() -> ClusterJob.check("evaluate", "--clips", "c", "--results", "t", "--partitions", "-5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected --partitions of 1 or more, or 0 for the default, but was -5");
        assertThatThrownBy(() -> ClusterJob.check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected generate, evaluate or train, but was none");
        List.of("generate", "evaluate", "train")
                .forEach(job -> assertThatThrownBy(() -> ClusterJob.check(job, "--nothing"))
                        .isInstanceOf(IllegalArgumentException.class));
    }
}
