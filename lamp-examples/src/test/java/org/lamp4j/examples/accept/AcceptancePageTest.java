package org.lamp4j.examples.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.accept.PartResult.Verdict;

class AcceptancePageTest {

    @TempDir
    private Path folder;

    @Test
    void write_deviceThatComputesNothing_saysThatFiguresAreNotComparable() throws IOException {
        PartResult clip = new PartResult("clip", Verdict.NOT_COMPARABLE, 1, "0.1 s", Map.of("clip, s", 0.1), List.of());
        Path page = folder.resolve("page.html");
        Path json = folder.resolve("result.json");

        new AcceptancePage(Map.of("device", "CUDA device 0, FLOAT16"), List.of(clip), 2).write(page, json);

        assertThat(Files.readString(page))
                .contains(
                        "1 of 2 parts: 0 passed, 0 failed, 0 measured. This device computes nothing: numbers and times"
                                + " of 1 parts are not comparable with anything.")
                .contains("<td>not comparable</td>");
        assertThat(Files.readString(json)).contains("\"complete\" : false").contains("\"NOT_COMPARABLE\"");
    }
}
