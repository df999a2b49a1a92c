package org.lamp4j.examples.drawing;

import java.awt.Color;
import java.util.Locale;

/** A colour that captions name. Each stands out from every {@link Backdrop}. */
public enum Colour {
    /** Signal red. */
    RED(225, 30, 40),
    /** Dark green, darker than grass. */
    GREEN(0, 145, 60),
    /** Strong blue, darker than sky and brighter than night. */
    BLUE(25, 75, 235),
    /** Lemon yellow, purer than sand. */
    YELLOW(255, 220, 0),
    /** Bright purple. */
    PURPLE(155, 40, 200),
    /** Bright orange. */
    ORANGE(255, 125, 0);

    private final Color paint;

    Colour(int red, int green, int blue) {
        this.paint = new Color(red, green, blue);
    }

    Color paint() {
        return paint;
    }

    /**
     * Returns the word for it in captions.
     *
     * @return an English adjective in lower case
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
