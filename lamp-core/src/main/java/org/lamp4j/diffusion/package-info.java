/** The mathematics of diffusion: noise schedule, sampler, guidance. Immutable and pure; nothing here knows a model. */
package org.lamp4j.diffusion;
