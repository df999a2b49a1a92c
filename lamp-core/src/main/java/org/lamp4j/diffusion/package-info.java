/** The mathematics of diffusion: noise schedule, samplers, guidance. Immutable and pure; nothing here knows a model. */
@NullMarked
package org.lamp4j.diffusion;

import org.jspecify.annotations.NullMarked;
