/** The {@code lamp} command line: a thin layer of options, progress and error lines over the library. */
package org.lamp4j.examples.cli;
