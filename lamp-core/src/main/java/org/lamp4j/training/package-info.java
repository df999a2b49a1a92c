/** Learning a motion pattern: options, clips, progress, and the training loop. */
package org.lamp4j.training;
