/** Makes the base model that comes with the examples, from nothing: drawings, auto-encoder, text encoder and UNet. */
@NullMarked
package org.lamp4j.examples.pretrain;

import org.jspecify.annotations.NullMarked;
