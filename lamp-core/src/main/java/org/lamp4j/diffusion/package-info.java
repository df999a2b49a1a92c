/** The mathematics of diffusion: noise schedule, samplers, guidance. Immutable and pure; nothing here knows a model. */
package org.lamp4j.diffusion;
