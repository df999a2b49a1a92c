package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the table in docs/errors.md true: each test that it names is there. */
class ErrorsTableTest {

    private static final int SMALLEST_TABLE = 40;

    private static final Path REPOSITORY = Path.of("..");

    /** A row of the table: what is wrong, what the library says, and `Class#method`. */
    private record Row(String wrong, String message, String test) {

        static Row of(String line) {
            String[] cells = line.split("\\|");
            assertThat(cells).as(line).hasSize(4);
            return new Row(cells[1].strip(), cells[2].strip(), cells[3].strip());
        }

        String testClass() {
            return test.substring(1, test.indexOf('#'));
        }

        String method() {
            return test.substring(test.indexOf('#') + 1, test.length() - 1);
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(REPOSITORY.resolve("docs/errors.md")).stream()
                .filter(line -> line.startsWith("|"))
                .skip(2) // heading and rule
                .map(Row::of)
                .toList();
    }

    private static Optional<Path> source(String testClass) throws IOException {
        try (Stream<Path> files = Files.find(
                REPOSITORY,
                20,
                (file, attributes) -> file.endsWith(testClass + ".java") && file.toString().contains("/src/test/java/"))) {
            return files.findFirst();
        }
    }

    @Test
    void table_eachRow_namesATestThatExists() throws IOException {
        for (Row row : rows()) {
            assertThat(row.test()).as(row.wrong()).matches("`\\w+#\\w+`");
            Optional<Path> source = source(row.testClass());
            assertThat(source).as("source of " + row.test()).isPresent();
            assertThat(Files.readString(source.get()))
                    .as(row.test())
                    .containsPattern("@(Parameterized)?Test\\b")
                    .contains(" void " + row.method() + "(");
        }
    }

    @Test
    void table_rows_areManyAndDifferent() throws IOException {
        List<Row> rows = rows();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(SMALLEST_TABLE);
        assertThat(rows).extracting(Row::wrong).doesNotHaveDuplicates().doesNotContain("");
        assertThat(rows).extracting(Row::message).doesNotContain("");
    }
}
