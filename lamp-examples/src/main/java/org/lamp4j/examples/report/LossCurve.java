package org.lamp4j.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The loss over the steps of a training run, drawn as SVG: each step's loss as a thin line, which jumps with the
 * timestep that was drawn, and its running mean as a thick one. Of a long run the thin line shows the lowest and the
 * highest loss of each stretch.
 */
final class LossCurve {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 200;
    private static final int LEFT = 48;
    private static final int TOP = 8;
    private static final int BOTTOM = 24;

    /** More points would lie closer than a pixel. */
    private static final int STRETCHES = 300;

    /** The running mean looks back on this many steps, of a long run on this part of it. */
    private static final int LEAST_WINDOW = 25;

    private static final int WINDOWS = 50;

    private final int firstStep;
    private final List<Float> losses;
    private final double highest;

    private LossCurve(int firstStep, List<Float> losses) {
        this.firstStep = firstStep;
        this.losses = losses;
        this.highest = losses.stream().mapToDouble(Float::doubleValue).max().orElse(0);
    }

    private record Point(int index, double loss) {}

    /**
     * Draws a curve.
     *
     * @param firstStep number of the first step that is shown, from 1
     * @param losses the loss of each step, in order, at least one
     * @return an {@code svg} element
     */
    static String svg(int firstStep, List<Float> losses) {
        return new LossCurve(firstStep, losses).draw();
    }

    private String draw() {
        return """
                <svg viewBox="0 0 %1$d %2$d" width="%1$d" role="img" aria-label="loss over steps">
                  <path d="M%3$d %11$dV%4$dH%1$d" fill="none" stroke="#888"/>
                  <polyline points="%5$s" fill="none" stroke="#9bc" stroke-width="1"/>
                  <polyline points="%6$s" fill="none" stroke="#036" stroke-width="2"/>
                  <text x="4" y="16">%7$s</text><text x="4" y="%4$d">0</text>
                  <text x="%3$d" y="%8$d">%9$d</text><text x="%1$d" y="%8$d" text-anchor="end">step %10$d</text>
                </svg>
                """.formatted(
                        WIDTH,
                        HEIGHT,
                        LEFT,
                        HEIGHT - BOTTOM,
                        drawn(extremes()),
                        drawn(means()),
                        String.format(Locale.ROOT, "%.3f", highest),
                        HEIGHT - 6,
                        firstStep,
                        firstStep + losses.size() - 1,
                        TOP);
    }

    /** Returns every loss of a short run, of a long one the extremes of each stretch in the order they came. */
    private List<Point> extremes() {
        List<Point> points = new ArrayList<>();
        int length = stretch();
        for (int start = 0; start < losses.size(); start += length) {
            int low = start;
            int high = start;
            for (int index = start; index < Math.min(start + length, losses.size()); index++) {
                low = losses.get(index) < losses.get(low) ? index : low;
                high = losses.get(index) > losses.get(high) ? index : high;
            }
            points.add(new Point(Math.min(low, high), losses.get(Math.min(low, high))));
            if (low != high) {
                points.add(new Point(Math.max(low, high), losses.get(Math.max(low, high))));
            }
        }
        return points;
    }

    private List<Point> means() {
        List<Point> points = new ArrayList<>();
        int window = Math.max(LEAST_WINDOW, losses.size() / WINDOWS);
        double sum = 0;
        for (int index = 0; index < losses.size(); index++) {
            sum += losses.get(index) - (index >= window ? losses.get(index - window) : 0);
            if (index % stretch() == 0 || index == losses.size() - 1) {
                points.add(new Point(index, sum / Math.min(window, index + 1)));
            }
        }
        return points;
    }

    private int stretch() {
        return Math.max(1, losses.size() / STRETCHES);
    }

    private String drawn(List<Point> points) {
        return points.stream()
                .map(point -> {
                    double x = LEFT + (WIDTH - LEFT) * (double) point.index / Math.max(1, losses.size() - 1);
                    double height = highest == 0 ? 0 : point.loss / highest;
                    return String.format(Locale.ROOT, "%.1f,%.1f", x, TOP + (HEIGHT - BOTTOM - TOP) * (1 - height));
                })
                .collect(Collectors.joining(" "));
    }
}
