package org.lamp4j.examples.quickstart;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The loss over the steps of a training run, drawn as SVG: each step's loss as a thin line, which jumps with the timestep
 * that was drawn, and its running mean as a thick one.
 */
final class LossCurve {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 200;
    private static final int LEFT = 48;
    private static final int BOTTOM = 24;

    /** Steps that the running mean looks back on. */
    private static final int WINDOW = 25;

    private final List<Float> losses;
    private final double top;

    private LossCurve(List<Float> losses) {
        this.losses = losses;
        this.top = losses.stream().mapToDouble(Float::doubleValue).max().orElse(0);
    }

    /**
     * Draws a curve.
     *
     * @param losses the loss of each step, in order, at least one
     * @return an {@code svg} element
     */
    static String svg(List<Float> losses) {
        return new LossCurve(losses).draw();
    }

    private String draw() {
        return """
                <svg viewBox="0 0 %d %d" width="%d" role="img" aria-label="loss over steps">
                  <path d="M%d 8V%dH%d" fill="none" stroke="#888"/>
                  <polyline points="%s" fill="none" stroke="#9bc" stroke-width="1"/>
                  <polyline points="%s" fill="none" stroke="#036" stroke-width="2"/>
                  <text x="4" y="16">%s</text><text x="4" y="%d">0</text>
                  <text x="%d" y="%d">1</text><text x="%d" y="%d" text-anchor="end">step %d</text>
                </svg>
                """.formatted(
                        WIDTH,
                        HEIGHT,
                        WIDTH,
                        LEFT,
                        HEIGHT - BOTTOM,
                        WIDTH,
                        points(1),
                        points(WINDOW),
                        String.format(Locale.ROOT, "%.3f", top),
                        HEIGHT - BOTTOM,
                        LEFT,
                        HEIGHT - 6,
                        WIDTH,
                        HEIGHT - 6,
                        losses.size());
    }

    private String points(int window) {
        return IntStream.range(0, losses.size())
                .mapToObj(step -> {
                    double loss = losses.subList(Math.max(0, step + 1 - window), step + 1).stream()
                            .mapToDouble(Float::doubleValue)
                            .average()
                            .orElseThrow();
                    double x = LEFT + (WIDTH - LEFT) * (double) step / Math.max(1, losses.size() - 1);
                    double y = 8 + (HEIGHT - BOTTOM - 8) * (1 - (top == 0 ? 0 : loss / top));
                    return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
                })
                .collect(Collectors.joining(" "));
    }
}
