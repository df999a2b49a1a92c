package org.lamp4j.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lamp4j.fuzz.ReaderFuzzTest;

class LampConfigFuzzTest extends ReaderFuzzTest {

    /** Held, so that its level is not forgotten. */
    private static final Logger LOG = Logger.getLogger(LampConfig.class.getName());

    @Override
    protected List<Path> write(Path folder) throws IOException {
        LOG.setLevel(Level.SEVERE); // keys without a meaning are named in a warning, thousands of times
        return List.of(Files.copy(Path.of("../docs/horse_run.yaml"), folder.resolve("lamp.yaml")));
    }

    @Override
    protected void read(Path file) throws IOException {
        LampConfig.read(file);
    }
}
