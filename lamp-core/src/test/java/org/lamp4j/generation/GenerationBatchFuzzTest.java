package org.lamp4j.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

class GenerationBatchFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        return List.of(Files.writeString(folder.resolve("batch.csv"), """
                image,prompt,output,seed
                a.png,a horse runs,,7
                sub/b.png,"a ""red"", fast
                car",b,-12
                ../c.jpg,caf\u00e9,c.mp4,
                """));
    }

    @Override
    protected void read(Path file) throws IOException {
        GenerationBatch.read(file);
    }
}
