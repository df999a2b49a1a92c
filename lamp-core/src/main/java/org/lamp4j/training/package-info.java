/** Learning a motion pattern: options, clips, progress, and the training loop. */
@NullMarked
package org.lamp4j.training;

import org.jspecify.annotations.NullMarked;
