/** Reads and writes video, GIF and images with FFmpeg. */
package org.lamp4j.video;
