package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.lamp4j.tensor.FloatTensor;

/** The steps of one clip, tile by tile: what is kept from one step to the next is kept for each tile. */
final class TiledSteps implements AutoCloseable {

    private final LatentTiles tiles;
    private final List<GuidedPredictor.Steps> steps = new ArrayList<>();

    TiledSteps(LatentTiles tiles, GuidedPredictor predictor) {
        this.tiles = tiles;
        try {
            for (int tile = 0; tile < tiles.count(); tile++) {
                steps.add(predictor.steps());
            }
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    /**
     * Predicts the noise in the latents before the next step.
     *
     * @param latents of the whole's shape, scaled
     * @param timestep training timestep of all of them
     * @return noise of the same shape
     */
    FloatTensor predictedNoise(FloatTensor latents, int timestep) {
        Iterator<GuidedPredictor.Steps> next = steps.iterator();
        return tiles.joined(latents, tile -> next.next().predictedNoise(tile, timestep));
    }

    /** Closes what is there, because making one more failed. */
    private void closeAfter(Throwable failure) {
        for (GuidedPredictor.Steps made : steps) {
            try {
                made.close();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        steps.forEach(GuidedPredictor.Steps::close);
    }
}
