/** Measures what the base model that comes with the examples can do, and what motions are learned on it. */
package org.lamp4j.examples.evaluate;
