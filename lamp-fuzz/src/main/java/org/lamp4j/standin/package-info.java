/** A device that has memory, counts what is done with it, and computes nothing: a stand-in for a GPU. */
@NullMarked
package org.lamp4j.standin;

import org.jspecify.annotations.NullMarked;
