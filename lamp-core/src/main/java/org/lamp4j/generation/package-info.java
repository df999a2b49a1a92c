/** Making a clip from a first frame: options and progress. */
@NullMarked
package org.lamp4j.generation;

import org.jspecify.annotations.NullMarked;
