package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's program is a recipe's, which is compiled. */
class ReadmeTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();

    @Test
    void readme_javaProgram_standsInARecipe() throws IOException {
        String readme = Files.readString(MODULE.resolveSibling("README.md"));
        String recipe = Files.readString(MODULE.resolve("src/main/java/org/lamp4j/examples/LearnAndAnimate.java"));
        Matcher program = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL).matcher(readme);

        assertThat(program.find()).isTrue();
        List<String> lines = program.group(1).lines().map(String::strip).toList();
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(12)
                .allSatisfy(line -> assertThat(recipe).contains(line));
    }

    @Test
    void readme_testCommand_isWhatContinuousIntegrationRuns() throws IOException {
        assertThat(Files.readString(MODULE.resolveSibling("README.md"))).contains("mvn verify");
        assertThat(Files.readString(MODULE.resolveSibling(".ci/run"))).contains("mvn -B --no-transfer-progress verify");
    }
}
