/** Making a clip from a first frame: options and progress. */
package org.lamp4j.generation;
