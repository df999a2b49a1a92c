/** The {@code lamp} command line: a thin layer of options, progress and error lines over the library. */
@NullMarked
package org.lamp4j.examples.cli;

import org.jspecify.annotations.NullMarked;
