/** Still images and clips in memory, and the sizes they have. */
package org.lamp4j.media;
