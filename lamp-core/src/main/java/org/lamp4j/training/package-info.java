/** Learning a motion pattern: options, clips, progress. */
@NullMarked
package org.lamp4j.training;

import org.jspecify.annotations.NullMarked;
