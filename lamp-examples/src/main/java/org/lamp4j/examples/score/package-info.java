/** LAMP's scores of generated clips, over a benchmark's folders. */
@NullMarked
package org.lamp4j.examples.score;

import org.jspecify.annotations.NullMarked;
