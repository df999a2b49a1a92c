package org.lamp4j.examples.drawing;

import java.awt.Color;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;

/**
 * Draws backdrops in pixels of the image: paler or darker than objects, and each of its own colours, so that neither is
 * mistaken for another. {@code shift} moves a part by so many pixels.
 */
final class Landscapes {

    private static final int SIDE = Scene.SIDE;

    /** Places of the stars at night, x, y, x, y, and so on. */
    private static final int[] STARS = {
        5, 6, 18, 13, 31, 4, 44, 16, 8, 27, 25, 30, 39, 35, 56, 31, 14, 44, 31, 50, 50, 47, 5, 57, 20, 59, 42, 59, 59,
        58
    };

    private Landscapes() {}

    static void sky(Canvas canvas, int shift) {
        gradient(canvas, new Color(105, 180, 250), new Color(165, 215, 255), 0, SIDE);
        cloud(canvas, 14 + 2 * shift, 15);
        cloud(canvas, 48 + 2 * shift, 49);
    }

    private static void cloud(Canvas canvas, double x, double y) {
        canvas.disc(Color.WHITE, x - 7, y + 1, 4.5)
                .disc(Color.WHITE, x, y - 1.5, 6.5)
                .disc(Color.WHITE, x + 7, y + 1, 4.5)
                .box(Color.WHITE, x - 7, y, 14, 5.5);
    }

    static void night(Canvas canvas, int shift) {
        gradient(canvas, new Color(12, 14, 44), new Color(34, 32, 84), 0, SIDE);
        Color star = new Color(230, 230, 255);
        for (int at = 0; at < STARS.length; at += 2) {
            canvas.box(star, STARS[at], STARS[at + 1], 2, 2);
        }
        Area crescent = new Area(new Ellipse2D.Double(48 + shift, 4, 12, 12));
        crescent.subtract(new Area(new Ellipse2D.Double(46 + shift, 2, 10, 10)));
        canvas.fill(new Color(245, 240, 200), crescent);
    }

    static void grass(Canvas canvas, int shift) {
        int horizon = 34 + shift;
        gradient(canvas, new Color(205, 235, 255), new Color(225, 245, 255), 0, horizon);
        gradient(canvas, new Color(135, 215, 95), new Color(110, 190, 75), horizon, SIDE);
    }

    static void sea(Canvas canvas, int shift) {
        int horizon = 30 + shift;
        gradient(canvas, new Color(250, 235, 205), new Color(255, 245, 225), 0, horizon);
        gradient(canvas, new Color(70, 165, 225), new Color(45, 130, 200), horizon, SIDE);
        Color wave = new Color(150, 210, 245);
        for (int row = 0; row < 3; row++) {
            for (int x = 4 + 10 * (row % 2); x < SIDE; x += 20) {
                canvas.box(wave, x, horizon + 6 + 9 * row, 9, 3);
            }
        }
    }

    static void desert(Canvas canvas, int shift) {
        int horizon = 36 + shift;
        gradient(canvas, new Color(170, 220, 225), new Color(215, 235, 215), 0, horizon);
        canvas.disc(new Color(255, 250, 215), 10, 10, 6);
        gradient(canvas, new Color(230, 190, 130), new Color(215, 165, 105), horizon, SIDE);
        Color dune = new Color(240, 208, 155);
        canvas.oval(dune, -14, horizon - 7, 44, 18).oval(dune, 34, horizon - 4, 48, 14);
    }

    static void road(Canvas canvas, int shift) {
        int kerb = 32 + shift;
        gradient(canvas, new Color(195, 205, 215), new Color(215, 222, 228), 0, kerb);
        Color wall = new Color(165, 150, 150);
        canvas.box(wall, 3, kerb - 20, 13, 20).box(wall, 20, kerb - 13, 16, 13).box(wall, 42, kerb - 24, 15, 24);
        canvas.box(new Color(175, 215, 150), 0, kerb, SIDE, 4);
        canvas.box(new Color(92, 92, 102), 0, kerb + 4, SIDE, SIDE);
        for (int x = 3; x < SIDE; x += 16) {
            canvas.box(Color.WHITE, x, kerb + 16, 10, 3);
        }
    }

    static void snow(Canvas canvas, int shift) {
        int horizon = 34 + shift;
        gradient(canvas, new Color(140, 150, 175), new Color(180, 185, 200), 0, horizon + 6);
        Color snow = new Color(238, 243, 252);
        canvas.oval(snow, -20, horizon - 8, 60, 40).oval(snow, 28, horizon - 3, 60, 40);
        gradient(canvas, snow, new Color(222, 230, 246), horizon + 6, SIDE);
    }

    static void sunset(Canvas canvas, int shift) {
        int horizon = 46 + shift;
        gradient(canvas, new Color(150, 95, 160), new Color(255, 175, 140), 0, horizon);
        canvas.dome(new Color(255, 240, 175), 19, horizon - 13, 26, 26);
        gradient(canvas, new Color(105, 60, 105), new Color(75, 40, 85), horizon, SIDE);
    }

    static void underTheSea(Canvas canvas, int shift) {
        gradient(canvas, new Color(60, 175, 180), new Color(15, 95, 120), 0, SIDE);
        int ground = 53 + shift;
        canvas.box(new Color(205, 195, 140), 0, ground, SIDE, SIDE);
        Color weed = new Color(15, 120, 90);
        canvas.softBox(weed, 6, ground - 16, 4, 20).softBox(weed, 13, ground - 10, 4, 14);
        canvas.softBox(weed, 53, ground - 13, 4, 17);
        Color bubble = new Color(165, 230, 230);
        canvas.disc(bubble, 22, 14, 2.5).disc(bubble, 48, 8, 3).disc(bubble, 41, 28, 2);
    }

    static void mountains(Canvas canvas, int shift) {
        int foot = 46 + shift;
        gradient(canvas, new Color(240, 215, 225), new Color(250, 235, 235), 0, foot);
        peak(canvas, 19, foot, 33);
        peak(canvas, 48, foot, 24);
        gradient(canvas, new Color(125, 165, 140), new Color(105, 145, 125), foot, SIDE);
    }

    /** Draws a mountain that is as broad at its foot as one and a half times its height, with snow on its top. */
    private static void peak(Canvas canvas, double x, double foot, double height) {
        double top = foot - height;
        canvas.polygon(new Color(130, 125, 155), x - 0.75 * height, foot, x, top, x + 0.75 * height, foot)
                .polygon(Color.WHITE, x - 0.25 * height, top + height / 3, x, top, x + 0.25 * height, top + height / 3);
    }

    /** Fills rows with a colour that goes from one to another, each row by itself in whole levels. */
    private static void gradient(Canvas canvas, Color top, Color bottom, int fromRow, int toRow) {
        for (int row = fromRow; row < toRow; row++) {
            canvas.box(blend(top, bottom, row - fromRow, toRow - fromRow), 0, row, SIDE, 1);
        }
    }

    private static Color blend(Color from, Color to, int part, int whole) {
        return new Color(
                from.getRed() + (to.getRed() - from.getRed()) * part / whole,
                from.getGreen() + (to.getGreen() - from.getGreen()) * part / whole,
                from.getBlue() + (to.getBlue() - from.getBlue()) * part / whole);
    }
}
