package org.lamp4j.examples.drawing;

import java.awt.Color;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Draws plants, toys and what people build, in the unit square. */
final class Things {

    private static final int STAR_POINTS = 5;
    private static final int PETALS = 6;

    private Things() {}

    static void star(Canvas canvas, Color main) {
        double[] corners = new double[4 * STAR_POINTS];
        for (int corner = 0; corner < 2 * STAR_POINTS; corner++) {
            double radius = corner % 2 == 0 ? 0.52 : 0.24;
            double turn = Math.PI * corner / STAR_POINTS;
            corners[2 * corner] = 0.5 + radius * Math.sin(turn);
            corners[2 * corner + 1] = 0.54 - radius * Math.cos(turn);
        }
        canvas.polygon(main, corners);
    }

    /** The stripe shows how far the ball has turned. */
    static void ball(Canvas canvas, Color main) {
        Area stripe = new Area(new Ellipse2D.Double(0, 0, 1, 1));
        stripe.intersect(new Area(new Rectangle2D.Double(0, 0.36, 1, 0.28)));
        canvas.disc(main, 0.5, 0.5, 0.5).fill(Inks.CREAM, stripe);
    }

    static void heart(Canvas canvas, Color main) {
        Path2D outline = new Path2D.Double();
        outline.moveTo(0.5, 0.24);
        outline.curveTo(0.62, -0.02, 1, 0, 1, 0.36);
        outline.curveTo(1, 0.6, 0.72, 0.78, 0.5, 0.98);
        outline.curveTo(0.28, 0.78, 0, 0.6, 0, 0.36);
        outline.curveTo(0, 0, 0.38, -0.02, 0.5, 0.24);
        canvas.fill(main, outline);
    }

    static void umbrella(Canvas canvas, Color main) {
        canvas.box(Inks.BROWN, 0.45, 0, 0.1, 0.88)
                .line(Inks.BROWN, 0.1, 0.5, 0.88, 0.44, 0.95, 0.36, 0.95, 0.3, 0.88)
                .dome(main, 0, 0.06, 1, 1)
                .fill(Inks.CREAM, new Arc2D.Double(0.32, 0.06, 0.36, 1, 0, 180, Arc2D.CHORD));
    }

    static void kite(Canvas canvas, Color main) {
        canvas.line(Inks.BROWN, 0.09, 0.5, 0.7, 0.5, 0.86)
                .polygon(main, 0.5, 0, 0.9, 0.32, 0.5, 0.74, 0.1, 0.32)
                .polygon(Inks.CREAM, 0.5, 0.32, 0.9, 0.32, 0.5, 0.74)
                .polygon(Inks.CREAM, 0.5, 0.32, 0.1, 0.32, 0.5, 0)
                .polygon(main, 0.5, 0.86, 0.28, 0.74, 0.28, 0.98)
                .polygon(main, 0.5, 0.86, 0.72, 0.74, 0.72, 0.98);
    }

    static void house(Canvas canvas, Color main) {
        canvas.box(Inks.BROWN, 0.7, 0.08, 0.14, 0.26)
                .box(Inks.YELLOW, 0.12, 0.42, 0.76, 0.56)
                .polygon(main, 0, 0.48, 0.5, 0.03, 1, 0.48)
                .box(Inks.BROWN, 0.56, 0.62, 0.2, 0.36)
                .box(Inks.BLUE, 0.22, 0.58, 0.22, 0.2);
    }

    static void tree(Canvas canvas, Color main) {
        canvas.box(Inks.BROWN, 0.41, 0.6, 0.18, 0.4)
                .disc(main, 0.5, 0.27, 0.27)
                .disc(main, 0.27, 0.47, 0.24)
                .disc(main, 0.73, 0.47, 0.24)
                .disc(main, 0.5, 0.55, 0.18)
                .disc(Inks.RED, 0.47, 0.2, 0.07)
                .disc(Inks.RED, 0.26, 0.48, 0.07)
                .disc(Inks.RED, 0.7, 0.46, 0.07);
    }

    static void mushroom(Canvas canvas, Color main) {
        canvas.softBox(Inks.CREAM, 0.32, 0.42, 0.36, 0.56)
                .dome(main, 0, 0.04, 1, 1.06)
                .disc(Color.WHITE, 0.5, 0.22, 0.115)
                .disc(Color.WHITE, 0.22, 0.41, 0.09)
                .disc(Color.WHITE, 0.78, 0.41, 0.09);
    }

    static void flower(Canvas canvas, Color main) {
        canvas.box(Inks.GREEN, 0.455, 0.5, 0.09, 0.5)
                .blob(Inks.GREEN, 0.5, 0.95, 0.3, 0.9, 0.16, 0.66, 0.4, 0.74)
                .blob(Inks.GREEN, 0.5, 0.95, 0.7, 0.9, 0.84, 0.66, 0.6, 0.74);
        for (int petal = 0; petal < PETALS; petal++) {
            double turn = 2 * Math.PI * petal / PETALS;
            canvas.disc(main, 0.5 + 0.2 * Math.sin(turn), 0.33 - 0.2 * Math.cos(turn), 0.13);
        }
        canvas.disc(Inks.YELLOW, 0.5, 0.33, 0.14);
    }

    static void robot(Canvas canvas, Color main) {
        canvas.box(main, 0.46, 0.06, 0.08, 0.12)
                .disc(Inks.RED, 0.5, 0.07, 0.07)
                .softBox(main, 0.24, 0.14, 0.52, 0.28)
                .disc(Inks.YELLOW, 0.38, 0.27, 0.075)
                .disc(Inks.YELLOW, 0.62, 0.27, 0.075)
                .box(main, 0.42, 0.4, 0.16, 0.08)
                .box(Inks.ORANGE, 0.06, 0.5, 0.14, 0.28)
                .box(Inks.ORANGE, 0.8, 0.5, 0.14, 0.28)
                .box(Inks.ORANGE, 0.28, 0.76, 0.16, 0.22)
                .box(Inks.ORANGE, 0.56, 0.76, 0.16, 0.22)
                .softBox(main, 0.18, 0.45, 0.64, 0.36)
                .box(Inks.YELLOW, 0.38, 0.54, 0.24, 0.16);
    }

    static void crown(Canvas canvas, Color main) {
        canvas.polygon(main, 0.08, 0.92, 0.02, 0.24, 0.29, 0.5, 0.5, 0.1, 0.71, 0.5, 0.98, 0.24, 0.92, 0.92)
                .disc(main, 0.08, 0.2, 0.08)
                .disc(main, 0.5, 0.12, 0.09)
                .disc(main, 0.92, 0.2, 0.08)
                .box(Inks.DARK_RED, 0.07, 0.78, 0.86, 0.15)
                .disc(Inks.RED, 0.5, 0.6, 0.1)
                .disc(Inks.RED, 0.24, 0.63, 0.07)
                .disc(Inks.RED, 0.76, 0.63, 0.07);
    }
}
