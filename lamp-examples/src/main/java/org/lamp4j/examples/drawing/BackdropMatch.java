package org.lamp4j.examples.drawing;

/**
 * The backdrop that an image is most like.
 *
 * @param backdrop the backdrop
 * @param shift how far its varying part is shifted
 * @param error mean squared difference to it over all pixels and colours, in levels of 255, of differences cut off at a
 *     bound, so that an object counts against every backdrop about alike
 */
public record BackdropMatch(Backdrop backdrop, int shift, double error) {}
