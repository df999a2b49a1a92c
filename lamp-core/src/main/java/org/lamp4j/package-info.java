/** Few-shot video generation: {@link org.lamp4j.Backbone} and {@link org.lamp4j.MotionPattern}. */
package org.lamp4j;
