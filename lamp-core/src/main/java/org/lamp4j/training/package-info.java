/** Learning a motion pattern: options, clips, progress. */
package org.lamp4j.training;
