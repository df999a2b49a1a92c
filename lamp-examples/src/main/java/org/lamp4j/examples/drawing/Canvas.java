package org.lamp4j.examples.drawing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;

/**
 * Lays flat shapes over each other, smooth at their edges. Lengths are in the unit of the transformed image, x to the
 * right and y down: an object is drawn in the square from (0, 0) to (1, 1), a backdrop in pixels.
 */
final class Canvas implements AutoCloseable {

    private final Graphics2D graphics;

    private Canvas(Graphics2D graphics) {
        this.graphics = graphics;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /** Returns a canvas in pixels of the image. */
    static Canvas inPixels(BufferedImage image) {
        return new Canvas(image.createGraphics());
    }

    /** Returns a canvas whose unit square lies in the image as the pose says. */
    static Canvas inUnitSquare(BufferedImage image, Pose pose) {
        Canvas canvas = inPixels(image);
        canvas.graphics.translate(pose.centreX(), pose.centreY());
        canvas.graphics.rotate(Math.toRadians(pose.degrees()));
        canvas.graphics.scale(pose.size(), pose.size());
        canvas.graphics.translate(-0.5, -0.5);
        return canvas;
    }

    Canvas fill(Color colour, Shape shape) {
        graphics.setColor(colour);
        graphics.fill(shape);
        return this;
    }

    Canvas disc(Color colour, double centreX, double centreY, double radius) {
        return oval(colour, centreX - radius, centreY - radius, 2 * radius, 2 * radius);
    }

    Canvas oval(Color colour, double left, double top, double width, double height) {
        return fill(colour, new Ellipse2D.Double(left, top, width, height));
    }

    /** Fills the upper half of an oval of the given box. */
    Canvas dome(Color colour, double left, double top, double width, double height) {
        return fill(colour, new Arc2D.Double(left, top, width, height, 0, 180, Arc2D.CHORD));
    }

    Canvas box(Color colour, double left, double top, double width, double height) {
        return fill(colour, new Rectangle2D.Double(left, top, width, height));
    }

    /** Fills a box whose corners are quarters of a circle, a quarter of the shorter side in radius. */
    Canvas softBox(Color colour, double left, double top, double width, double height) {
        double corner = Math.min(width, height) / 2;
        return fill(colour, new RoundRectangle2D.Double(left, top, width, height, corner, corner));
    }

    /** Fills a polygon of corners x, y, x, y, and so on. */
    Canvas polygon(Color colour, double... corners) {
        return fill(colour, path(corners, true));
    }

    /** Draws a line with round ends through points x, y, x, y, and so on. */
    Canvas line(Color colour, double width, double... points) {
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(colour);
        graphics.draw(path(points, false));
        return this;
    }

    /** Fills a smooth closed outline through points x, y, x, y, and so on: a Catmull-Rom spline. */
    Canvas blob(Color colour, double... points) {
        int count = points.length / 2;
        Path2D outline = new Path2D.Double();
        outline.moveTo(points[0], points[1]);
        for (int point = 0; point < count; point++) {
            int before = 2 * ((point + count - 1) % count);
            int from = 2 * point;
            int to = 2 * ((point + 1) % count);
            int after = 2 * ((point + 2) % count);
            outline.curveTo(
                    points[from] + (points[to] - points[before]) / 6,
                    points[from + 1] + (points[to + 1] - points[before + 1]) / 6,
                    points[to] - (points[after] - points[from]) / 6,
                    points[to + 1] - (points[after + 1] - points[from + 1]) / 6,
                    points[to],
                    points[to + 1]);
        }
        outline.closePath();
        return fill(colour, outline);
    }

    private static Path2D path(double[] points, boolean closed) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int at = 2; at < points.length; at += 2) {
            path.lineTo(points[at], points[at + 1]);
        }
        if (closed) {
            path.closePath();
        }
        return path;
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
