package org.lamp4j.examples.drawing;

import java.awt.Color;
import java.util.Locale;
import java.util.Optional;

/** An object that can be drawn: a few bold, flat parts, unlike every other in outline or colours. */
public enum DrawnObject {
    /** Red with yellow fins, nose up. */
    ROCKET(Inks.RED, Vehicles::rocket),
    /** From the side, in any colour. */
    CAR(Vehicles::car),
    /** With two sails in any colour. */
    BOAT(Vehicles::boat),
    /** A green steam engine. */
    TRAIN(Inks.GREEN, Vehicles::train),
    /** Orange, nose to the left. */
    HELICOPTER(Inks.ORANGE, Vehicles::helicopter),
    /** With a basket, in any colour. */
    BALLOON(Vehicles::balloon),
    /** In any colour. */
    FISH(Animals::fish),
    /** Red, standing. */
    BIRD(Inks.RED, Animals::bird),
    /** Pink and orange, from above. */
    BUTTERFLY(Inks.PINK, Animals::butterfly),
    /** Yellow. */
    DUCK(Inks.YELLOW, Animals::duck),
    /** Green with a brown shell. */
    TURTLE(Inks.LIME, Animals::turtle),
    /** Orange, sitting. */
    CAT(Inks.ORANGE, Animals::cat),
    /** Blue, spouting. */
    WHALE(Inks.BLUE, Animals::whale),
    /** With five points, in any colour. */
    STAR(Things::star),
    /** With a stripe, in any colour. */
    BALL(Things::ball),
    /** In any colour. */
    HEART(Things::heart),
    /** Open, in any colour. */
    UMBRELLA(Things::umbrella),
    /** With a tail, in any colour. */
    KITE(Things::kite),
    /** Yellow with a red roof. */
    HOUSE(Inks.RED, Things::house),
    /** With three apples. */
    TREE(Inks.GREEN, Things::tree),
    /** Red with white dots. */
    MUSHROOM(Inks.RED, Things::mushroom),
    /** Pink. */
    FLOWER(Inks.PINK, Things::flower),
    /** Purple. */
    ROBOT(Inks.PURPLE, Things::robot),
    /** Golden, with red stones. */
    CROWN(Inks.YELLOW, Things::crown);

    private final Optional<Color> ownPaint;

    @SuppressWarnings("ImmutableEnumChecker") // a method
    private final Drawing drawing;

    DrawnObject(Drawing drawing) {
        this.ownPaint = Optional.empty();
        this.drawing = drawing;
    }

    DrawnObject(Color ownPaint, Drawing drawing) {
        this.ownPaint = Optional.of(ownPaint);
        this.drawing = drawing;
    }

    /**
     * Tells whether its main colour can be chosen; a caption then names it.
     *
     * @return whether it comes in every {@link Colour} and not in colours of its own
     */
    public boolean hasChoiceOfColour() {
        return ownPaint.isEmpty();
    }

    /**
     * Returns the word for it in captions.
     *
     * @return an English noun in lower case
     */
    public String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Draws it upright in the unit square. */
    void draw(Canvas canvas, Optional<Colour> colour) {
        drawing.draw(canvas, ownPaint.or(() -> colour.map(Colour::paint)).orElseThrow());
    }

    /** Lays an object's parts over each other. */
    private interface Drawing {

        void draw(Canvas canvas, Color main);
    }
}
