/** The CLIP tokenizer, and learning one from captions. */
@NullMarked
package org.lamp4j.text;

import org.jspecify.annotations.NullMarked;
