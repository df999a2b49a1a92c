package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's programs are compiled ones. */
class ReadmeTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();

    private static final List<String> SOURCES = List.of(
            "src/main/java/org/lamp4j/examples/LearnAndAnimate.java",
            "src/test/java/org/lamp4j/examples/AnimationExampleTest.java");

    @Test
    void readme_javaPrograms_standInSources() throws IOException {
        String readme = Files.readString(MODULE.resolveSibling("README.md"));
        List<String> programs = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(programs).hasSameSizeAs(SOURCES);
        for (int i = 0; i < programs.size(); i++) {
            String source = Files.readString(MODULE.resolve(SOURCES.get(i)));
            List<String> lines = programs.get(i).lines().map(String::strip).toList();
            assertThat(lines)
                    .as(SOURCES.get(i))
                    .hasSizeLessThanOrEqualTo(12)
                    .allSatisfy(line -> assertThat(source).contains(line));
        }
    }

    @Test
    void readme_testCommand_isWhatContinuousIntegrationRuns() throws IOException {
        assertThat(Files.readString(MODULE.resolveSibling("README.md"))).contains("mvn verify");
        assertThat(Files.readString(MODULE.resolveSibling(".ci/run"))).contains("mvn -B --no-transfer-progress verify");
    }
}
