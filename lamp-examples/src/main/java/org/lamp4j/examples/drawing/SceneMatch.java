package org.lamp4j.examples.drawing;

/**
 * A drawn scene that comes close to an image.
 *
 * @param scene the scene
 * @param error mean squared difference of the image and the drawn scene over all pixels and colours, in levels of 255
 * @param correlation normalised cross-correlation of the two within the box of the object, each colour less its mean: 1
 *     if the image is the scene, about 0 if they have nothing in common
 * @param presence how much of the object the image shows, as the least-squares fit of the drawing's opacity before the
 *     backdrop: 1 if the image is the scene, 0 if it is the bare backdrop; above 0.5 if it is closer to the scene
 */
public record SceneMatch(Scene scene, double error, double correlation, double presence) {}
