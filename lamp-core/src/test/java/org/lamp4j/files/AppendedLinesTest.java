package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendedLinesTest {

    @TempDir
    private Path folder;

    @Test
    void add_overTwoProcesses_goesOnWithoutASecondHeading() throws IOException {
        Path file = folder.resolve("log.csv");
        for (String line : new String[] {"1,ä", "2"}) {
            try (AppendedLines lines = AppendedLines.to(file, "step,loss")) {
                lines.add(line);
                assertThat(Files.readString(file)).endsWith(line + "\n");
            }
        }
        assertThat(file).hasContent("step,loss\n1,ä\n2\n");
    }

    @Test
    void to_halfALineAtTheEnd_isTakenAway() throws IOException {
        Path file = Files.writeString(folder.resolve("log.csv"), "step,loss\n1,0.5\n2,0.40000001");
        try (AppendedLines lines = AppendedLines.to(file, "step,loss")) {
            lines.add("2,0.4");
        }
        assertThat(file).hasContent("step,loss\n1,0.5\n2,0.4\n");
    }

    @Test
    void to_halfAHeading_isBegunAnew() throws IOException {
        Path file = Files.writeString(folder.resolve("log.csv"), "step,lo");
        AppendedLines.to(file, "step,loss").close();
        assertThat(file).hasContent("step,loss\n");
    }
}
