package org.lamp4j.examples.drawing;

import java.awt.Color;
import java.awt.geom.Path2D;

/** Draws what carries people, in the unit square. */
final class Vehicles {

    private Vehicles() {}

    static void rocket(Canvas canvas, Color main) {
        canvas.polygon(Inks.ORANGE, 0.36, 0.78, 0.64, 0.78, 0.5, 1)
                .polygon(Inks.YELLOW, 0.36, 0.48, 0.1, 0.88, 0.4, 0.82)
                .polygon(Inks.YELLOW, 0.64, 0.48, 0.9, 0.88, 0.6, 0.82);
        Path2D body = new Path2D.Double();
        body.moveTo(0.5, 0);
        body.curveTo(0.66, 0.14, 0.76, 0.38, 0.67, 0.83);
        body.lineTo(0.33, 0.83);
        body.curveTo(0.24, 0.38, 0.34, 0.14, 0.5, 0);
        canvas.fill(main, body);
        Path2D nose = new Path2D.Double();
        nose.moveTo(0.5, 0);
        nose.curveTo(0.59, 0.07, 0.65, 0.16, 0.68, 0.26);
        nose.lineTo(0.32, 0.26);
        nose.curveTo(0.35, 0.16, 0.41, 0.07, 0.5, 0);
        canvas.fill(Inks.YELLOW, nose).disc(Inks.GLASS, 0.5, 0.47, 0.115);
    }

    static void car(Canvas canvas, Color main) {
        canvas.polygon(main, 0.16, 0.48, 0.3, 0.18, 0.68, 0.18, 0.86, 0.48)
                .softBox(main, 0, 0.42, 1, 0.29)
                .polygon(Inks.GLASS, 0.27, 0.43, 0.36, 0.26, 0.46, 0.26, 0.46, 0.43)
                .polygon(Inks.GLASS, 0.54, 0.43, 0.54, 0.26, 0.64, 0.26, 0.74, 0.43);
        wheel(canvas, 0.24, 0.69, 0.15);
        wheel(canvas, 0.76, 0.69, 0.15);
    }

    private static void wheel(Canvas canvas, double centreX, double centreY, double radius) {
        canvas.disc(Inks.DARK, centreX, centreY, radius).disc(Inks.CREAM, centreX, centreY, radius * 0.45);
    }

    static void boat(Canvas canvas, Color main) {
        canvas.box(Inks.BROWN, 0.45, 0, 0.1, 0.75)
                .polygon(main, 0.55, 0.02, 0.55, 0.63, 0.97, 0.63)
                .polygon(main, 0.45, 0.14, 0.45, 0.63, 0.07, 0.63)
                .polygon(Inks.BROWN, 0, 0.7, 1, 0.7, 0.8, 0.98, 0.2, 0.98);
    }

    static void train(Canvas canvas, Color main) {
        canvas.box(Inks.RED, 0.66, 0.14, 0.16, 0.3)
                .box(main, 0.02, 0.2, 0.36, 0.54)
                .softBox(main, 0.2, 0.38, 0.74, 0.34)
                .box(Inks.YELLOW, 0.5, 0.38, 0.1, 0.34)
                .box(Inks.RED, 0, 0.11, 0.42, 0.11)
                .box(Inks.GLASS, 0.1, 0.3, 0.19, 0.17)
                .polygon(Inks.RED, 0.84, 0.7, 1, 0.88, 0.84, 0.88)
                .disc(Inks.RED, 0.2, 0.75, 0.145)
                .disc(Inks.RED, 0.49, 0.78, 0.115)
                .disc(Inks.RED, 0.74, 0.78, 0.115)
                .disc(Inks.DARK, 0.2, 0.75, 0.06)
                .disc(Inks.DARK, 0.49, 0.78, 0.05)
                .disc(Inks.DARK, 0.74, 0.78, 0.05);
    }

    static void helicopter(Canvas canvas, Color main) {
        canvas.line(Inks.BLUE, 0.09, 0.12, 0.87, 0.66, 0.87)
                .line(Inks.BLUE, 0.09, 0.25, 0.72, 0.25, 0.86)
                .line(Inks.BLUE, 0.09, 0.5, 0.72, 0.5, 0.86)
                .box(Inks.BLUE, 0.34, 0.18, 0.09, 0.2)
                .box(Inks.BLUE, 0, 0.1, 0.78, 0.1)
                .polygon(main, 0.5, 0.38, 0.96, 0.42, 0.96, 0.53, 0.5, 0.68)
                .box(Inks.BLUE, 0.88, 0.25, 0.12, 0.36)
                .oval(main, 0.06, 0.3, 0.62, 0.5)
                .oval(Inks.GLASS, 0.11, 0.37, 0.26, 0.26);
    }

    static void balloon(Canvas canvas, Color main) {
        canvas.line(Inks.BROWN, 0.08, 0.38, 0.7, 0.42, 0.9)
                .line(Inks.BROWN, 0.08, 0.62, 0.7, 0.58, 0.9)
                .disc(main, 0.5, 0.37, 0.37)
                .polygon(main, 0.17, 0.54, 0.83, 0.54, 0.62, 0.77, 0.38, 0.77)
                .oval(Inks.CREAM, 0.38, 0, 0.24, 0.77)
                .softBox(Inks.BROWN, 0.35, 0.83, 0.3, 0.17);
    }
}
