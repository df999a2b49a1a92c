/** Shapes, small dense tensors and the seeded source of randomness. */
@NullMarked
package org.lamp4j.tensor;

import org.jspecify.annotations.NullMarked;
