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

    /** Returns what was heard, as {@code Denoising 1/3}. */
    List<String> all() {
        return all.stream()
                .map(progress -> progress.getClass().getSimpleName() + " " + progress.step() + "/" + progress.steps())
                .toList();
    }
}
