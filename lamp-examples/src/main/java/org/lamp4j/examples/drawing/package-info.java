/** Drawn scenes with captions and motions: data to pre-train a small model on, and the measure of what it makes. */
package org.lamp4j.examples.drawing;
