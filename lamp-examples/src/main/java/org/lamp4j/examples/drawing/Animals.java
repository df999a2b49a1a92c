package org.lamp4j.examples.drawing;

import java.awt.Color;

/** Draws animals in the unit square, most of them facing right. */
final class Animals {

    private Animals() {}

    static void fish(Canvas canvas, Color main) {
        Color fin = main.darker();
        canvas.polygon(fin, 0.36, 0.5, 0, 0.16, 0.1, 0.5, 0, 0.84)
                .polygon(fin, 0.4, 0.32, 0.42, 0.08, 0.72, 0.28)
                .polygon(fin, 0.45, 0.7, 0.48, 0.93, 0.7, 0.72)
                .oval(main, 0.2, 0.2, 0.8, 0.6)
                .box(Inks.CREAM, 0.48, 0.21, 0.12, 0.58);
        eye(canvas, 0.8, 0.43, 0.085);
    }

    private static void eye(Canvas canvas, double centreX, double centreY, double radius) {
        canvas.disc(Color.WHITE, centreX, centreY, radius)
                .disc(Inks.DARK, centreX + radius * 0.2, centreY, radius * 0.6);
    }

    static void bird(Canvas canvas, Color main) {
        canvas.polygon(Inks.DARK_RED, 0.3, 0.5, 0, 0.42, 0.05, 0.72, 0.32, 0.72)
                .polygon(Inks.ORANGE, 0.86, 0.28, 1, 0.42, 0.84, 0.48)
                .line(Inks.ORANGE, 0.09, 0.46, 0.78, 0.46, 0.94)
                .line(Inks.ORANGE, 0.09, 0.6, 0.78, 0.6, 0.94)
                .oval(main, 0.16, 0.38, 0.66, 0.46)
                .disc(main, 0.71, 0.35, 0.2)
                .blob(Inks.DARK_RED, 0.28, 0.58, 0.12, 0.1, 0.22, 0.05, 0.58, 0.5, 0.48, 0.66);
        eye(canvas, 0.76, 0.31, 0.075);
    }

    static void butterfly(Canvas canvas, Color main) {
        for (int side = -1; side <= 1; side += 2) {
            canvas.line(Inks.BROWN, 0.08, 0.5, 0.2, x(side, 0.13), 0.06)
                    .blob(
                            main,
                            x(side, 0.03),
                            0.48,
                            x(side, 0.22),
                            0.12,
                            x(side, 0.44),
                            0.1,
                            x(side, 0.48),
                            0.3,
                            x(side, 0.34),
                            0.55)
                    .blob(
                            Inks.ORANGE,
                            x(side, 0.03),
                            0.5,
                            x(side, 0.32),
                            0.52,
                            x(side, 0.4),
                            0.72,
                            x(side, 0.26),
                            0.92,
                            x(side, 0.1),
                            0.78)
                    .disc(Inks.YELLOW, x(side, 0.31), 0.28, 0.09);
        }
        canvas.softBox(Inks.BROWN, 0.435, 0.17, 0.13, 0.68);
    }

    private static double x(int side, double fromMiddle) {
        return 0.5 + side * fromMiddle;
    }

    static void duck(Canvas canvas, Color main) {
        canvas.polygon(Inks.ORANGE, 0.82, 0.22, 1, 0.34, 0.82, 0.42)
                .blob(main, 0, 0.42, 0.26, 0.56, 0.55, 0.5, 0.88, 0.56, 0.8, 0.86, 0.45, 0.96, 0.14, 0.86)
                .disc(main, 0.68, 0.28, 0.23)
                .box(main, 0.53, 0.35, 0.3, 0.25)
                .oval(Inks.ORANGE, 0.24, 0.62, 0.36, 0.2);
        eye(canvas, 0.73, 0.24, 0.075);
    }

    static void turtle(Canvas canvas, Color main) {
        canvas.softBox(main, 0.15, 0.6, 0.18, 0.27)
                .softBox(main, 0.54, 0.6, 0.18, 0.27)
                .polygon(main, 0.1, 0.6, 0, 0.78, 0.2, 0.74)
                .softBox(main, 0.65, 0.52, 0.22, 0.2)
                .disc(main, 0.86, 0.47, 0.14)
                .dome(Inks.BROWN, 0.04, 0.13, 0.76, 1.14)
                .box(Inks.YELLOW, 0.04, 0.66, 0.76, 0.08)
                .disc(Inks.ORANGE, 0.42, 0.35, 0.11)
                .disc(Inks.ORANGE, 0.22, 0.52, 0.085)
                .disc(Inks.ORANGE, 0.62, 0.52, 0.085);
        eye(canvas, 0.89, 0.44, 0.065);
    }

    static void cat(Canvas canvas, Color main) {
        canvas.line(main, 0.12, 0.6, 0.9, 0.84, 0.88, 0.91, 0.72, 0.86, 0.56)
                .polygon(main, 0.16, 0.32, 0.15, 0, 0.42, 0.14)
                .polygon(main, 0.68, 0.32, 0.69, 0, 0.42, 0.14)
                .oval(main, 0.16, 0.44, 0.54, 0.55)
                .box(main, 0.16, 0.74, 0.54, 0.25)
                .oval(main, 0.13, 0.1, 0.58, 0.46)
                .oval(Inks.CREAM, 0.3, 0.6, 0.26, 0.36)
                .oval(Inks.CREAM, 0.3, 0.36, 0.24, 0.17)
                .disc(Inks.DARK, 0.3, 0.29, 0.065)
                .disc(Inks.DARK, 0.54, 0.29, 0.065)
                .disc(Inks.PINK, 0.42, 0.4, 0.055);
    }

    static void whale(Canvas canvas, Color main) {
        canvas.line(main, 0.1, 0.3, 0.3, 0.3, 0.14, 0.18, 0.06)
                .line(main, 0.1, 0.3, 0.14, 0.42, 0.06)
                .blob(main, 0.84, 0.6, 0.7, 0.22, 0.8, 0.2, 0.88, 0.32, 0.98, 0.22, 1, 0.34, 0.93, 0.56)
                .blob(
                        main, 0, 0.62, 0.08, 0.38, 0.32, 0.28, 0.56, 0.38, 0.78, 0.5, 0.93, 0.5, 0.86, 0.76, 0.6, 0.92,
                        0.2, 0.92, 0.04, 0.8)
                .blob(Inks.CREAM, 0.03, 0.74, 0.3, 0.74, 0.56, 0.84, 0.48, 0.92, 0.2, 0.92);
        eye(canvas, 0.2, 0.56, 0.08);
    }
}
