/** Files: written whole or not at all, checked before they are read, text from strangers bounded, tables, hashes. */
@NullMarked
package org.lamp4j.files;

import org.jspecify.annotations.NullMarked;
