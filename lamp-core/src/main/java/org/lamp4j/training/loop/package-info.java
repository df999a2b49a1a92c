/** The training loop: the walk through the clips, batches, steps, checkpoints, validation. */
@NullMarked
package org.lamp4j.training.loop;

import org.jspecify.annotations.NullMarked;
