package org.lamp4j.examples.drawing;

import java.awt.Color;

/** Colours that objects are drawn in beside the one that captions name: few and strong. */
final class Inks {

    static final Color DARK = new Color(55, 45, 60);
    static final Color CREAM = new Color(255, 232, 175);
    static final Color GLASS = new Color(130, 215, 250);
    static final Color RED = new Color(225, 35, 45);
    static final Color DARK_RED = new Color(165, 15, 50);
    static final Color PINK = new Color(250, 80, 160);
    static final Color ORANGE = new Color(255, 130, 10);
    static final Color YELLOW = new Color(255, 210, 0);
    static final Color GREEN = new Color(20, 125, 50);
    static final Color LIME = new Color(70, 170, 50);
    static final Color BLUE = new Color(45, 85, 205);
    static final Color PURPLE = new Color(135, 75, 205);
    static final Color BROWN = new Color(160, 90, 40);

    private Inks() {}
}
