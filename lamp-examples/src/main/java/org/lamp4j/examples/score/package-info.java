/** LAMP's scores of generated clips, over a benchmark's folders. */
package org.lamp4j.examples.score;
