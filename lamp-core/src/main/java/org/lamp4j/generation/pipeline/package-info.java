/** The sampling pipeline: guidance, shared noise, AdaIN, inversion, longer clips, more frames. */
package org.lamp4j.generation.pipeline;
