/** Makes the base model that comes with the examples, from nothing: drawings, auto-encoder, text encoder and UNet. */
package org.lamp4j.examples.pretrain;
