/** Drawn scenes with captions and motions: data to pre-train a small model on, and the measure of what it makes. */
@NullMarked
package org.lamp4j.examples.drawing;

import org.jspecify.annotations.NullMarked;
