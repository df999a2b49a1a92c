package org.lamp4j.generation;

import java.util.ArrayList;
import java.util.List;

/** Remembers all it hears of, and lets everything go on. */
final class HeardProgress implements GenerationListener {

    private final List<GenerationProgress> all = new ArrayList<>();

    @Override
    public Decision onProgress(GenerationProgress progress) {
        all.add(progress);
        return Decision.CONTINUE;
    }

    List<GenerationProgress> all() {
        return all;
    }
}
