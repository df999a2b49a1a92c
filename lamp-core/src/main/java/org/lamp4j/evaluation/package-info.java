/** Figures of generated clips: CLIP scores, likeness of pictures, motion. */
package org.lamp4j.evaluation;
