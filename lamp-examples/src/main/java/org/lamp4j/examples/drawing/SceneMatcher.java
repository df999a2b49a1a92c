package org.lamp4j.examples.drawing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.lamp4j.media.RgbImage;

/**
 * Tells what an image of {@link Scene#SIDE} pixels a side shows, by comparing it with drawn scenes: the closest one has
 * the least squared error over the whole image. An image of another size is refused. Safe for several threads.
 */
public final class SceneMatcher {

    private static final double SIZE_STEP = 2;

    /** Sizes that an object may have in a clip in which it grows. */
    private static final double LEAST_GROWING_SIZE = 14;

    private static final double LARGEST_GROWING_SIZE = 46;
    private static final double DEGREES_STEP = 15;

    /** Most that a colour value counts against a backdrop, so that an object does not decide which one it is. */
    private static final int LARGEST_DIFFERENCE = 40;

    /** Pixels around an object that count for the object, as its edges are blurred. */
    private static final int EDGE = 2;

    /** By how many pixels another object may be larger or smaller than the one it is taken for. */
    private static final double OTHER_SIZE = 6;

    /** Least presence of an object that is there; an object half as opaque as it was is as close to nothing. */
    private static final double LEAST_PRESENCE = 0.5;

    /** Other objects, or colours of them, that are fitted to an image beside the known one. */
    private static final int RIVALS = 6;

    private final PoseSearch.Freedom freedom;

    private SceneMatcher(PoseSearch.Freedom freedom) {
        this.freedom = freedom;
    }

    /**
     * Makes a matcher.
     *
     * @param variety how much the poses of objects differ that {@link #rank} looks for: it allows for two pixels less
     *     and more
     * @return the matcher
     */
    public static SceneMatcher of(SceneVariety variety) {
        boolean upright = variety.scenesPerTilted() == 0;
        List<Double> sizes = steps(
                Math.max(SIZE_STEP, variety.leastSize() - SIZE_STEP),
                variety.largestSize() + SIZE_STEP,
                upright ? SIZE_STEP : 2 * SIZE_STEP); // from there a search goes on by single pixels
        List<Double> degrees =
                upright ? List.of(0.0) : steps(-SceneVariety.LARGEST_TILT, SceneVariety.LARGEST_TILT, DEGREES_STEP);
        return new SceneMatcher(new PoseSearch.Freedom(sizes, degrees));
    }

    private static List<Double> steps(double least, double largest, double step) {
        return DoubleStream.iterate(least, value -> value <= largest, value -> value + step)
                .boxed()
                .toList();
    }

    /**
     * Finds the backdrop of an image, whatever stands before it: a pixel counts against a backdrop only up to a bound.
     *
     * @param image the image
     * @return the closest of all backdrops and shifts
     */
    public BackdropMatch nearestBackdrop(RgbImage image) {
        List<BackdropMatch> matches = new ArrayList<>();
        for (Backdrop backdrop : Backdrop.values()) {
            for (int shift = -Backdrop.MAX_SHIFT; shift <= Backdrop.MAX_SHIFT; shift++) {
                Comparison comparison = new Comparison(image, backdrop.image(shift));
                matches.add(new BackdropMatch(backdrop, shift, comparison.boundedError(LARGEST_DIFFERENCE)));
            }
        }
        return matches.stream()
                .min(Comparator.comparingDouble(BackdropMatch::error))
                .orElseThrow();
    }

    /**
     * Finds for every object the drawing of it that comes closest to an image.
     *
     * @param image the image
     * @param backdrop what is behind the object
     * @param colour colour of those objects that can have any; empty to try all colours, at several times the work
     * @return the best match of each object, the closest object first
     */
    public List<SceneMatch> rank(RgbImage image, BackdropMatch backdrop, Optional<Colour> colour) {
        PoseSearch search = new PoseSearch(image, backdrop.backdrop(), backdrop.shift(), freedom);
        return Stream.of(DrawnObject.values())
                .map(object -> closest(colours(object, colour).map(chosen -> search.anywhere(object, chosen))))
                .sorted(Comparator.comparingDouble(SceneMatch::error))
                .toList();
    }

    private static Stream<Optional<Colour>> colours(DrawnObject object, Optional<Colour> colour) {
        if (!object.hasChoiceOfColour()) {
            return Stream.of(Optional.empty());
        }
        return colour.isPresent()
                ? Stream.of(colour)
                : Stream.of(Colour.values()).map(Optional::of);
    }

    private static SceneMatch closest(Stream<SceneMatch> matches) {
        return matches.min(Comparator.comparingDouble(SceneMatch::error)).orElseThrow();
    }

    /**
     * Follows a known object through a clip, each frame by itself.
     *
     * @param frames the images
     * @param first what the first of them shows; its object, colour, backdrop and shift are those of all
     * @param motion which motion it may be: the object's size is looked for in 14 to 46 pixels if the motion changes
     *     it, and its angle in -180 to 180 degrees from the first scene's if the motion changes that; otherwise they
     *     are taken to be the first scene's
     * @return the closest pose in each frame
     */
    public List<SceneMatch> track(List<RgbImage> frames, Scene first, Motion motion) {
        Pose pose = first.pose();
        List<Double> trackedSizes = motion.changesSize()
                ? steps(LEAST_GROWING_SIZE, LARGEST_GROWING_SIZE, SIZE_STEP)
                : List.of(pose.size());
        List<Double> trackedDegrees = motion.changesAngle()
                ? steps(pose.degrees() - 180, pose.degrees() + 180, DEGREES_STEP)
                : List.of(pose.degrees());
        PoseSearch.Freedom tracked = new PoseSearch.Freedom(trackedSizes, trackedDegrees);
        return frames.stream()
                .map(frame -> new PoseSearch(frame, first.backdrop(), first.shift(), tracked)
                        .anywhere(first.object(), first.colour()))
                .toList();
    }

    /**
     * Tells whether an image shows an object where it was followed to: it is there rather than the bare backdrop, and
     * no other object comes closer.
     *
     * @param frame the image
     * @param tracked where the known object was found in it
     * @return whether the object is in this frame
     */
    public boolean isPresent(RgbImage frame, SceneMatch tracked) {
        return tracked.presence() >= LEAST_PRESENCE && isSameObject(frame, tracked);
    }

    /**
     * Tells whether an object that was followed is still what the image looks most like there. Of every other object,
     * in all colours if the known one has its own, those that come closest in the tracked pose are fitted around it, at
     * its angle.
     *
     * @param frame the image
     * @param tracked where the known object was found in it
     * @return whether no other object comes closer
     */
    public boolean isSameObject(RgbImage frame, SceneMatch tracked) {
        Scene known = tracked.scene();
        Pose pose = known.pose();
        PoseSearch search = new PoseSearch(
                frame,
                known.backdrop(),
                known.shift(),
                new PoseSearch.Freedom(
                        List.of(Math.max(1, pose.size() - OTHER_SIZE), pose.size() + OTHER_SIZE),
                        List.of(pose.degrees())));
        double least = search.near(known.object(), known.colour(), pose).error();
        return Stream.of(DrawnObject.values())
                .filter(object -> object != known.object())
                .flatMap(object -> colours(object, known.colour()).map(colour -> search.at(object, colour, pose)))
                .sorted(Comparator.comparingDouble(SceneMatch::error))
                .limit(RIVALS)
                .map(rival -> search.near(rival.scene().object(), rival.scene().colour(), pose))
                .allMatch(rival -> rival.error() >= least);
    }

    /**
     * Compares an image with the backdrop where no object is.
     *
     * @param frame the image
     * @param scene backdrop, and where the object is: it and two pixels around it are left out
     * @return peak signal-to-noise ratio in dB; infinite if the backdrop is exact
     */
    public static double backgroundPsnr(RgbImage frame, Scene scene) {
        Comparison comparison = new Comparison(frame, scene.backdropImage());
        boolean[] object = scene.layer().reachOf(EDGE);
        double sum = 0;
        int count = 0;
        for (int pixel = 0; pixel < object.length; pixel++) {
            for (int channel = 0; channel < 3 && !object[pixel]; channel++) {
                double difference = comparison.difference(pixel, channel);
                sum += difference * difference;
                count++;
            }
        }
        return 10 * Math.log10(255.0 * 255 * count / sum);
    }
}
