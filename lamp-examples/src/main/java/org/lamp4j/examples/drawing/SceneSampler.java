package org.lamp4j.examples.drawing;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lamp4j.tensor.RandomSource;

/**
 * Draws scenes at random from a small grammar: {@code a|an [COLOUR] OBJECT [MOTION] BACKDROP}. Every object comes in
 * all of its colours on every backdrop, at any place where it is whole. Not safe for several threads.
 */
public final class SceneSampler {

    private static final double LEAST_GROWING_SIZE = 16;
    private static final double LARGEST_GROWING_SIZE = 46;

    /** As far as an object has turned at the end of a clip. */
    private static final double LARGEST_SPIN = 90;

    /** The motions that captions name. */
    private static final Motion[] NAMED = {Motion.RIGHT, Motion.RISE, Motion.BOUNCE, Motion.GROW, Motion.SPIN};

    private final RandomSource random;
    private final SceneVariety variety;

    /**
     * Starts a sampler.
     *
     * @param random where its choices come from; advanced by each scene
     * @param variety how much the scenes differ
     */
    public SceneSampler(RandomSource random, SceneVariety variety) {
        this.random = random;
        this.variety = variety;
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
        Optional<Motion> motion = oneIn(variety.captionsPerPhrase()) ? Optional.of(oneOf(NAMED)) : Optional.empty();
        Scene scene = new Scene(object, colour, backdrop, shift, pose(motion));
        return new CaptionedScene(scene, motion.map(scene::caption).orElseGet(scene::caption));
    }

    /**
     * Draws the next scenes.
     *
     * @param count how many
     * @return the scenes, in the order in which {@link #next()} gives them
     */
    public List<CaptionedScene> next(int count) {
        return Stream.generate(this::next).limit(count).toList();
    }

    private Pose pose(Optional<Motion> motion) {
        boolean grows = motion.equals(Optional.of(Motion.GROW));
        boolean spins = motion.equals(Optional.of(Motion.SPIN));
        double size = grows
                ? between(LEAST_GROWING_SIZE, LARGEST_GROWING_SIZE)
                : between(variety.leastSize(), variety.largestSize());
        double degrees = spins ? between(0, LARGEST_SPIN) : tilt();
        double reach = new Pose(0, 0, size, degrees).reach();
        return new Pose(between(reach, Scene.SIDE - reach), between(reach, Scene.SIDE - reach), size, degrees);
    }

    private double tilt() {
        return oneIn(variety.scenesPerTilted()) ? between(-SceneVariety.LARGEST_TILT, SceneVariety.LARGEST_TILT) : 0;
    }

    private boolean oneIn(int count) {
        return count > 0 && random.nextInt(count) == 0;
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextFloat();
    }
}
