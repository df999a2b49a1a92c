/** The CLIP tokenizer, and learning one from captions. */
package org.lamp4j.text;
