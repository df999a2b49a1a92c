/** The sampling pipeline: guidance, shared noise, AdaIN, inversion, longer clips, more frames. */
@NullMarked
package org.lamp4j.generation.pipeline;

import org.jspecify.annotations.NullMarked;
