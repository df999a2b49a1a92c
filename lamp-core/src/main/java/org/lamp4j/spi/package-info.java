/** The narrow ports that a backend fills: text encoder, latent codec, noise predictor, motion trainer, media reader. They are found by {@link java.util.ServiceLoader}. */
package org.lamp4j.spi;
