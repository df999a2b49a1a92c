/** The CLIP tokenizer. */
package org.lamp4j.text;
