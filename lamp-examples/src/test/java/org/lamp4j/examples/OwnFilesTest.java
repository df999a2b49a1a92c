package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests need nothing but the repository: what they read lies in it. */
class OwnFilesTest {

    private static final Path REPOSITORY = Path.of("..");

    /** A folder called shared, or a search for some folder through all folders above. */
    private static final Pattern OUTSIDE =
            Pattern.compile("\\b[s]hared/|resolve\\(\"[s]hared|[P]ath::getParent|= \\w+\\.[g]etParent\\(\\)\\) \\{");

    @Test
    void testSources_all_readNothingBesideTheRepository() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().replace('\\', '/').contains("/src/test/")
                            || file.startsWith(REPOSITORY.resolve("lamp-fuzz")))
                    .toList();
        }

        assertThat(sources).hasSizeGreaterThan(100);
        for (Path source : sources) {
            assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(OUTSIDE);
        }
    }

    @Test
    void pattern_waysOfLookingOutside_areFound() {
        assertThat(List.of(
                        "Path.of(\"../../sh" + "ared/fixtures\")",
                        "folder.resolve(\"sh" + "ared\")",
                        "Stream.iterate(start, path -> path != null, Path::" + "getParent)",
                        "for (Path folder = start; folder != null; folder = folder." + "getParent()) {"))
                .allSatisfy(line -> assertThat(line).containsPattern(OUTSIDE));
    }
}
