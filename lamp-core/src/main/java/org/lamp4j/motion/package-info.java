/** What a motion pattern is: its parameters, low-rank updates, metadata, and the base model it belongs to. */
@NullMarked
package org.lamp4j.motion;

import org.jspecify.annotations.NullMarked;
