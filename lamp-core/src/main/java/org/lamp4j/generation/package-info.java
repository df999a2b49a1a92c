/** Making a clip from a first frame: options and the sampling pipeline. */
package org.lamp4j.generation;
