package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

    @TempDir
    private Path folder;

    private CsvTable read(String text) throws IOException {
        return CsvTable.read(Files.writeString(folder.resolve("t.csv"), text), List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void read_columnsInAnotherOrder_areFoundByName() throws IOException {
        assertThat(read("b,c,a\n1,2,3\n").rows())
                .containsExactly(new CsvTable.Row(2, Map.of("a", "3", "b", "1", "c", "2")));
    }

    @Test
    void get_columnThatTheTableLacks_isEmpty() throws IOException {
        assertThat(read("a,b\n1,2\n").rows().get(0).get("c")).isEmpty();
    }

    @Test
    void read_quotedFieldOverTwoLines_countsThem() throws IOException {
        assertThat(read("a,b\n\"1\n\"\"x\"\"\",2\n\n3,4").rows())
                .extracting(CsvTable.Row::line, row -> row.get("a"))
                .containsExactly(tuple(2, "1\n\"x\""), tuple(5, "3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,c\n=>expected the heading a,b[,c][,d], but was a,c|line 1",
                "\na,b,b\n=>expected the heading a,b[,c][,d], but was a,b,b|line 2",
                "a,b,e\n=>expected the heading a,b[,c][,d], but was a,b,e|line 1",
                "a,b\n1,2,3\n=>expected 2 fields, but was 3|line 2",
                "a,b\n1,\"2\n=>expected a closing quote, but the file ended|line 2"
            })
    void read_damagedTable_namesTheLine(String rule) {
        String[] parts = rule.split("=>|\\|", -1);

        assertThatThrownBy(() -> read(parts[0]))
                .isInstanceOf(IOException.class)
                .hasMessage(parts[1] + " (" + folder.resolve("t.csv") + ", " + parts[2] + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF", "\n\n"})
    void read_tableWithoutAHeading_isRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessage("expected the heading a,b[,c][,d], but was nothing (" + folder.resolve("t.csv") + ")");
    }
}
