/**
 * The studio: a local web page on which motions are learned and pictures animated. An HTTP server of the JDK's on this
 * machine's own address, one queue of jobs, and a folder that holds all that was given and made.
 */
@NullMarked
package org.lamp4j.examples.studio;

import org.jspecify.annotations.NullMarked;
