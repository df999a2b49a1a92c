/**
 * A test kit for programs that use lamp4j: a small base model, a JUnit extension that opens it, and clips to train on.
 */
@NullMarked
package org.lamp4j.testing;

import org.jspecify.annotations.NullMarked;
