/** Measures the networks of a model on this machine. */
@NullMarked
package org.lamp4j.examples.bench;

import org.jspecify.annotations.NullMarked;
