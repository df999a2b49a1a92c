package org.lamp4j.examples.drawing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lamp4j.media.RgbImage;

/** Looks in one image for the pose of an object at which its drawing comes closest: coarse to fine. */
final class PoseSearch {

    /** Best coarse poses, of different sizes or angles, from which the search goes on. */
    private static final int CANDIDATES = 3;

    /** Steps of the fine search in pixels of position and size; the first is half of the coarse search's step. */
    private static final double[] FINE_STEPS = {1, 0.5, 0.25};

    /** Degrees that turn the edge of an object of usual size by about as much as a step of one pixel moves it. */
    private static final double DEGREES_PER_STEP = 4;

    private final Backdrop backdrop;
    private final int shift;
    private final Freedom freedom;
    private final Comparison comparison;
    private final CoarseGrid coarse;

    PoseSearch(RgbImage image, Backdrop backdrop, int shift, Freedom freedom) {
        this.backdrop = backdrop;
        this.shift = shift;
        this.freedom = freedom;
        this.comparison = new Comparison(image, backdrop.image(shift));
        this.coarse = new CoarseGrid(comparison);
    }

    /** Sizes in pixels and angles in degrees to start from, ascending; the search stays between the first and last. */
    record Freedom(List<Double> sizes, List<Double> degrees) {

        /** Part of the size by which a centre stays off the edge, so that no misfit hides outside of the image. */
        private static final double LEAST_INSIDE = 0.25;

        Freedom {
            sizes = List.copyOf(sizes);
            degrees = List.copyOf(degrees);
        }

        boolean allows(Pose pose) {
            double inside = pose.size() * LEAST_INSIDE;
            return isWithin(sizes, pose.size())
                    && isWithin(degrees, pose.degrees())
                    && Math.min(pose.centreX(), pose.centreY()) >= inside
                    && Math.max(pose.centreX(), pose.centreY()) <= Scene.SIDE - inside;
        }

        private static boolean isWithin(List<Double> values, double value) {
            return value >= values.get(0) && value <= values.get(values.size() - 1);
        }
    }

    /** Returns the best pose anywhere in the image. */
    SceneMatch anywhere(DrawnObject object, Optional<Colour> colour) {
        List<CoarseGrid.Place> places = new ArrayList<>();
        for (double size : freedom.sizes()) {
            for (double degrees : freedom.degrees()) {
                coarse.bestPlace(object, colour, size, degrees).ifPresent(places::add);
            }
        }
        return places.stream()
                .sorted(Comparator.comparingDouble(CoarseGrid.Place::change))
                .limit(CANDIDATES)
                .map(place -> near(object, colour, place.pose()))
                .min(Comparator.comparingDouble(SceneMatch::error))
                .orElseThrow(() -> new IllegalArgumentException("expected a size at which " + object
                        + " fits into the image, but was " + freedom.sizes() + " (SceneMatcher)"));
    }

    /** Returns the best pose that is reached from another by ever smaller steps. */
    SceneMatch near(DrawnObject object, Optional<Colour> colour, Pose start) {
        Pose best = start;
        double least = error(object, colour, start);
        for (double step : FINE_STEPS) {
            boolean improved = true;
            while (improved) {
                improved = false;
                for (Pose neighbour : neighbours(best, step)) {
                    double error = error(object, colour, neighbour);
                    if (error < least) {
                        least = error;
                        best = neighbour;
                        improved = true;
                    }
                }
            }
        }
        return at(object, colour, best);
    }

    /** Returns the match of one pose. */
    SceneMatch at(DrawnObject object, Optional<Colour> colour, Pose pose) {
        Scene scene = new Scene(object, colour, backdrop, shift, pose);
        Layer layer = scene.layer();
        return new SceneMatch(
                scene,
                comparison.meanSquaredError(layer, pose),
                comparison.correlation(layer, pose),
                comparison.presence(layer));
    }

    private double error(DrawnObject object, Optional<Colour> colour, Pose pose) {
        return comparison.meanSquaredError(Layer.of(object, colour, pose), pose);
    }

    private List<Pose> neighbours(Pose pose, double step) {
        List<Pose> neighbours = new ArrayList<>();
        for (double signed : new double[] {step, -step}) {
            neighbours.add(pose.movedBy(signed, 0));
            neighbours.add(pose.movedBy(0, signed));
            neighbours.add(pose.withDegrees(pose.degrees() + DEGREES_PER_STEP * signed));
            if (pose.size() + signed > 0) {
                neighbours.add(pose.withSize(pose.size() + signed));
            }
        }
        neighbours.removeIf(neighbour -> !freedom.allows(neighbour));
        return neighbours;
    }
}
