/** Few-shot video generation: {@link org.lamp4j.Backbone} and {@link org.lamp4j.MotionPattern}. */
@NullMarked
package org.lamp4j;

import org.jspecify.annotations.NullMarked;
