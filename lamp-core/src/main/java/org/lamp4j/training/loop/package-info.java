/** The training loop: the walk through the clips, batches, steps, checkpoints, validation. */
package org.lamp4j.training.loop;
