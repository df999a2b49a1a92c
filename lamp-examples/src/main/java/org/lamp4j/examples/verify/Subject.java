package org.lamp4j.examples.verify;

import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.text.ClipTokenizer;

/**
 * What is compared with the reference: the fixture's model as the library opens it.
 *
 * @param model text encoder, auto-encoder and UNet
 * @param tokenizer the model's tokenizer
 * @param schedule the model's noise schedule
 * @param motion the fixture's motion pattern
 * @param checkpointing how it is trained
 */
record Subject(
        BackboneModel model,
        ClipTokenizer tokenizer,
        NoiseSchedule schedule,
        MotionWeights motion,
        GradientCheckpointing checkpointing) {}
