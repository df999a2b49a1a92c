/** Shapes, small dense tensors and the seeded source of randomness. */
package org.lamp4j.tensor;
