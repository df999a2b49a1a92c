/** Figures of generated clips: CLIP scores, likeness of images, motion. */
@NullMarked
package org.lamp4j.evaluation;

import org.jspecify.annotations.NullMarked;
