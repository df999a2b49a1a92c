/** Measures what the base model that comes with the examples can do, and what motions are learned on it. */
@NullMarked
package org.lamp4j.examples.evaluate;

import org.jspecify.annotations.NullMarked;
