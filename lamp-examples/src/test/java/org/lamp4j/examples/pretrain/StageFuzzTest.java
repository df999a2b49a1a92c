package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

/** The state that pre-training goes on from. */
class StageFuzzTest extends ReaderFuzzTest {

    private TinyStage stage;

    @Override
    protected List<Path> write(Path folder) throws IOException {
        stage = new TinyStage(folder);
        stage.run(2);
        return List.of(stage.stateFile());
    }

    @Override
    protected void read(Path file) throws IOException {
        stage.open();
    }

    @Override
    protected void close() {
        stage.close();
    }
}
