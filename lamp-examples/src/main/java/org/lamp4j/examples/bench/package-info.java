/** Measures the networks of a model on this machine. */
package org.lamp4j.examples.bench;
