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

    /** The same in a project of its own, which {@code mvn verify} builds against the artifacts. */
    private static final List<String> SOURCES_OF_A_USER = List.of(
            "src/it/maven-project/src/main/java/example/LearnAndAnimate.java",
            "src/it/maven-project/src/test/java/example/AnimationExampleTest.java");

    @Test
    void readme_javaPrograms_standInSources() throws IOException {
        String readme = Files.readString(MODULE.resolveSibling("README.md"));
        List<String> programs = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertStandIn(SOURCES, programs);
        assertStandIn(SOURCES_OF_A_USER, programs);
    }

    private static void assertStandIn(List<String> sources, List<String> programs) throws IOException {
        assertThat(programs).hasSameSizeAs(sources);
        for (int i = 0; i < programs.size(); i++) {
            String source = Files.readString(MODULE.resolve(sources.get(i)));
            List<String> lines = programs.get(i).lines().map(String::strip).toList();
            assertThat(lines)
                    .as(sources.get(i))
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
