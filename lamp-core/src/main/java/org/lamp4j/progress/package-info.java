/** Progress of long work, and stopping it: one shape for training, generating and pre-training. */
@NullMarked
package org.lamp4j.progress;

import org.jspecify.annotations.NullMarked;
