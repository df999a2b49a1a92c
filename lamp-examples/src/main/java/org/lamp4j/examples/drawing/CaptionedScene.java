package org.lamp4j.examples.drawing;

/**
 * A scene and a text that describes it.
 *
 * @param scene what is drawn
 * @param caption English words in lower case
 */
public record CaptionedScene(Scene scene, String caption) {}
