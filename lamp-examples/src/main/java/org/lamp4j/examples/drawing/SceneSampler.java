package org.lamp4j.examples.drawing;

import java.util.Optional;
import org.lamp4j.tensor.RandomSource;

/**
 * Draws scenes at random from a small grammar: {@code a|an [COLOUR] OBJECT [MOTION] BACKDROP}. Every object comes in
 * all of its colours on every backdrop, at any place where it is whole.
 *
 * <p>A caption with a motion is of one frame of it: an object that grows has any size on its way, one that spins any
 * angle, and the other motions leave both as they are. Not safe for several threads.
 */
public final class SceneSampler {

    /** One caption in so many names a motion. */
    private static final int CAPTIONS_PER_MOTION = 4;

    private static final double LEAST_SIZE = 26;
    private static final double LARGEST_SIZE = 38;
    private static final double LEAST_GROWING_SIZE = 16;
    private static final double LARGEST_GROWING_SIZE = 46;

    /** As far as an object has turned at the end of a clip. */
    private static final double LARGEST_SPIN = 90;

    private final RandomSource random;

    /**
     * Starts a sampler.
     *
     * @param random where its choices come from; advanced by each scene
     */
    public SceneSampler(RandomSource random) {
        this.random = random;
    }

    /**
     * Draws the next scene.
     *
     * @return a scene whose object is whole, and its caption
     */
    public CaptionedScene next() {
        DrawnObject object = oneOf(DrawnObject.values());
        Optional<Colour> colour = object.hasChoiceOfColour() ? Optional.of(oneOf(Colour.values())) : Optional.empty();
        Backdrop backdrop = oneOf(Backdrop.values());
        int shift = random.nextInt(2 * Backdrop.MAX_SHIFT + 1) - Backdrop.MAX_SHIFT;
        Optional<Motion> motion =
                random.nextInt(CAPTIONS_PER_MOTION) == 0 ? Optional.of(oneOf(Motion.values())) : Optional.empty();
        Scene scene = new Scene(object, colour, backdrop, shift, pose(motion));
        return new CaptionedScene(scene, motion.map(scene::caption).orElseGet(scene::caption));
    }

    private Pose pose(Optional<Motion> motion) {
        boolean grows = motion.equals(Optional.of(Motion.GROW));
        boolean spins = motion.equals(Optional.of(Motion.SPIN));
        double size = grows ? between(LEAST_GROWING_SIZE, LARGEST_GROWING_SIZE) : between(LEAST_SIZE, LARGEST_SIZE);
        double degrees = spins ? between(0, LARGEST_SPIN) : 0;
        double reach = new Pose(0, 0, size, degrees).reach();
        return new Pose(between(reach, Scene.SIDE - reach), between(reach, Scene.SIDE - reach), size, degrees);
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextFloat();
    }
}
