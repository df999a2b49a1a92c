/** Compares what the library computes with the numbers of a reference fixture, through public methods only. */
package org.lamp4j.examples.verify;
