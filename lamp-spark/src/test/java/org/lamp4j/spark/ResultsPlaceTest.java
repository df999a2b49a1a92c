package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark empties the folder of the results before it writes them. */
class ResultsPlaceTest {

    private static final String OWN = "expected a place of their own for the results, but was one that holds ";
    private static final String TABLE =
            "expected a new folder or an earlier table for the results, but was one that holds ";

    @TempDir
    private Path folder;

    private Optional<String> problem(Path results, String... others) throws IOException {
        return ResultsPlace.problem(results.toString(), List.of(others), new Configuration(false));
    }

    @Test
    void problem_newFolder_isNone() throws IOException {
        assertThat(problem(folder.resolve("results"), folder.resolve("r.csv").toString()))
                .isEmpty();
        assertThat(problem(
                        folder.resolve("clips/results"), folder.resolve("clips").toString()))
                .isEmpty();
    }

    @Test
    void problem_earlierTable_isNone() throws IOException {
        Path results = Files.createDirectory(folder.resolve("results.csv"));
        for (String name : List.of("part-00000-a.csv", ".part-00000-a.csv.crc", "_SUCCESS", "._SUCCESS.crc")) {
            Files.writeString(results.resolve(name), "");
        }
        Files.createDirectory(results.resolve("_temporary"));

        assertThat(problem(results, folder.resolve("r.csv").toString())).isEmpty();
    }

    @Test
    void problem_tableThatIsRead_isNamed() throws IOException {
        Path results = folder.resolve("clips.json");
        String uri = results.toUri().toString();

        assertThat(problem(results, uri)).contains(OWN + uri + " (" + results + ")");
    }

    @Test
    void problem_folderOfTheClips_isNamed() throws IOException {
        String clips = folder.resolve("studio/clips/").toString();

        assertThat(problem(folder.resolve("studio/clips"), "r.csv", clips))
                .contains(OWN + clips + " (" + folder.resolve("studio/clips") + ")");
        assertThat(problem(folder.resolve("studio"), "r.csv", clips))
                .contains(OWN + clips + " (" + folder.resolve("studio") + ")");
    }

    @Test
    void problem_folderOfSomethingElse_isNamed() throws IOException {
        Files.writeString(folder.resolve("horse_run-0a.safetensors"), "a pattern");

        assertThat(problem(folder)).contains(TABLE + "horse_run-0a.safetensors (" + folder + ")");
    }

    @Test
    void problem_folderOfFolders_isNamed() throws IOException {
        Files.createDirectory(folder.resolve("part-1"));

        assertThat(problem(folder)).contains(TABLE + "part-1 (" + folder + ")");
    }

    @Test
    void problem_file_isNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("results.csv"), "id");

        assertThat(problem(file)).contains("expected a folder for the results, but was a file (" + file + ")");
    }
}
