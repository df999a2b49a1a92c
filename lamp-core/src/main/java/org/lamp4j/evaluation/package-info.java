/** Figures of generated clips: CLIP scores, likeness of images, motion. */
package org.lamp4j.evaluation;
