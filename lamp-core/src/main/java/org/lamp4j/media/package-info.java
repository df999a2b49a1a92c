/** Still images and clips in memory, the sizes they have, and the port through which they are read. */
@NullMarked
package org.lamp4j.media;

import org.jspecify.annotations.NullMarked;
