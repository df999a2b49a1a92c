/** Making a clip from a first frame: options and the sampling pipeline. */
@NullMarked
package org.lamp4j.generation;

import org.jspecify.annotations.NullMarked;
