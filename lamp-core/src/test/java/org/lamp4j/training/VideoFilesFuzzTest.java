package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

/** The captions of clips: in a table and in files beside them. */
class VideoFilesFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        for (String clip : List.of("one.clip", "two.clip", "three.clip")) {
            Files.createFile(folder.resolve(clip));
        }
        return List.of(
                Files.writeString(folder.resolve("captions.csv"), """
                        file,caption
                        one.clip,"a ""red"" horse, running"
                        two.clip,a horse runs
                        """),
                Files.writeString(folder.resolve("three.txt"), "caf\u00e9"));
    }

    @Override
    protected void read(Path file) throws IOException {
        TrainingClips.in(file.getParent());
    }
}
