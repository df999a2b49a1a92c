/** Compares what the library computes with the numbers of a reference fixture, through public methods only. */
@NullMarked
package org.lamp4j.examples.verify;

import org.jspecify.annotations.NullMarked;
