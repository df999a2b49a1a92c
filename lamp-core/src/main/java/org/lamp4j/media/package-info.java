/** Still images and clips in memory, the sizes they have, and the port through which they are read. */
package org.lamp4j.media;
