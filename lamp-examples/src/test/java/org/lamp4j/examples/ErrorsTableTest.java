package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/errors.md true: each test that it names is there, and that of a row expects the words that the row gives.
 * Those are all words but the ones in italics, which stand for what varies or tell what happens besides. A row in
 * italics only is about something that is no error, so its test expects none.
 */
class ErrorsTableTest {

    private static final int SMALLEST_TABLE = 40;

    /**
     * What comes between words: italics, an ellipsis, and the edges of the two phrases that tests often put together a
     * message with.
     */
    private static final Pattern BETWEEN_WORDS = Pattern.compile(
            "(?<!\\\\)\\*.*?(?<!\\\\)\\*|…|(?=\\bexpected\\b)|(?<=\\bexpected)|(?=, but was\\b)|(?<=, but was)");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(\\p{Punct})");

    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

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

        /** Returns what the library says between what varies, without the punctuation around it. */
        List<String> words() {
            return BETWEEN_WORDS
                    .splitAsStream(message)
                    .map(ErrorsTableTest::withoutEscapes)
                    .map(piece -> piece.replaceAll("^\\P{Alnum}+|\\P{Alnum}+$", ""))
                    .filter(piece -> !piece.isEmpty())
                    .toList();
        }
    }

    /** Takes backslashes away, which Markdown and patterns of messages have before what they would take for a sign. */
    private static String withoutEscapes(String text) {
        return ESCAPE.matcher(text).replaceAll("$1");
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(REPOSITORY.resolve("docs/errors.md")).stream()
                .filter(line -> line.startsWith("|"))
                .skip(2) // heading and rule
                .map(Row::of)
                .toList();
    }

    private static TestSource source(String testClass) throws IOException {
        try (Stream<Path> files = Files.find(
                REPOSITORY,
                20,
                (file, attributes) ->
                        file.endsWith(testClass + ".java") && file.toString().contains("/src/test/java/"))) {
            Optional<Path> source = files.findFirst();
            assertThat(source).as("source of " + testClass).isPresent();
            return TestSource.parse(source.get());
        }
    }

    @Test
    void table_eachRow_namesATestThatExpectsItsWords() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Row row : rows()) {
            assertThat(row.test()).as(row.wrong()).matches("`\\w+#\\w+`");
            TestSource source = source(row.testClass());
            TestSource.Content content = source.content(row.method());
            if (row.words().isEmpty() && content.expectsError()) {
                problems.add(row.wrong() + ": " + row.test() + " expects an error, whose words the row does not give");
            }
            for (String words : row.words()) {
                if (content.strings().stream()
                        .noneMatch(text -> withoutEscapes(text).contains(words))) {
                    problems.add(row.wrong() + ": " + row.test() + " does not expect '" + words + "'");
                }
            }
        }
        assertThat(problems)
                .as("rows of docs/errors.md whose test expects other words")
                .isEmpty();
    }

    @Test
    void text_eachTestItNames_isThere() throws IOException {
        Matcher named = TEST.matcher(Files.readString(REPOSITORY.resolve("docs/errors.md")));
        int count = 0;
        for (; named.find(); count++) {
            assertThat(source(named.group(1)).hasTest(named.group(2)))
                    .as(named.group() + " is a test")
                    .isTrue();
        }
        assertThat(count).isGreaterThan(rows().size());
    }

    @Test
    void table_rows_areManyAndDifferent() throws IOException {
        List<Row> rows = rows();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(SMALLEST_TABLE);
        assertThat(rows).extracting(Row::wrong).doesNotHaveDuplicates().doesNotContain("");
        assertThat(rows).extracting(Row::message).doesNotContain("");
    }
}
