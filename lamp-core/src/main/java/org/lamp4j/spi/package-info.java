/**
 * What a backend implements: text encoder, latent codec, noise predictor, motion trainer, and the storage of patterns
 * and training runs. It is found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package org.lamp4j.spi;

import org.jspecify.annotations.NullMarked;
