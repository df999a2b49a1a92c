/** Benchmarks, one class for each part that is measured. */
@NullMarked
package org.lamp4j.benchmarks;

import org.jspecify.annotations.NullMarked;
