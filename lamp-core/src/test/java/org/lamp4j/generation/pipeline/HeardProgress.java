package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;

/** Remembers all it hears of, and lets everything go on. */
final class HeardProgress implements ProgressListener<GenerationProgress> {

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
