package org.lamp4j.examples.cli;

import org.jspecify.annotations.Nullable;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.generation.GenerationOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How frames come out of noise, wherever frames are generated. */
final class SamplingOptions {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().build();
    private static final GenerationOptions.Sampling SAMPLING = DEFAULTS.sampling();

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description =
                    "ddim, dpm-solver++ (about as good in a third of the steps), euler, or lcm (4 to 8 steps and a "
                            + "guidance scale of 1, for what was distilled for it). Default: ${DEFAULT-VALUE}.")
    private SamplerType sampler = SAMPLING.sampler();

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
    private int steps = SAMPLING.steps();

    @Option(
            names = "--timestep-spacing",
            paramLabel = "NAME",
            description =
                    "At which timesteps the steps begin: leading, linspace, trailing (which updates for few steps "
                            + "want) or karras. Default: the sampler's own, which lcm alone has.")
    private @Nullable TimestepSpacing timestepSpacing;

    @Option(
            names = "--guidance-scale",
            paramLabel = "SCALE",
            description =
                    "How strongly the prompt is followed; up to 1 not at all beyond what was learned, in half the "
                            + "time. Default: ${DEFAULT-VALUE}.")
    private float guidanceScale = SAMPLING.guidanceScale();

    @Option(
            names = "--guidance-start",
            paramLabel = "FRACTION",
            description =
                    "The part of all timesteps, noisiest first, that is not guided, so that what grows or goes far "
                            + "is not held back. Default: ${DEFAULT-VALUE}, guidance at every step.")
    private double guidanceStart = SAMPLING.guidanceStart();

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What the clip should not show.")
    private String negativePrompt = SAMPLING.negativePrompt();

    @Mixin
    private PromptWeightsOption promptWeights;

    @Option(
            names = "--deep-cache",
            paramLabel = "N",
            description = "Run the whole network at each N-th step only, and its last layer at the steps between. 2 is "
                    + "nearly twice as fast, for 20 steps or more. Default: ${DEFAULT-VALUE}, at every step.")
    private int deepCache = SAMPLING.deepCache();

    @Option(
            names = "--adain-start",
            paramLabel = "FRACTION",
            description = "The part of all timesteps, noisiest first, in which frame 1 does not yet take on frame 0's "
                    + "statistics. Default: ${DEFAULT-VALUE}.")
    private double adaInStart = DEFAULTS.consistency().adaInStart().orElseThrow();

    @Option(names = "--no-adain", description = "Leave each frame's latent its own statistics.")
    private boolean withoutAdaIn;

    @Option(names = "--no-histogram-matching", description = "Leave each frame the colours it was decoded with.")
    private boolean withoutHistogramMatching;

    @Mixin
    private SeedOption seed;

    /**
     * Returns generation options in which length, size, rate, noise sharing and listener are still free.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    GenerationOptions.Builder newBuilder() {
        GenerationOptions.Builder builder = GenerationOptions.newBuilder()
                .sampler(sampler)
                .steps(steps)
                .guidanceScale(guidanceScale)
                .guidanceStart(guidanceStart)
                .negativePrompt(negativePrompt)
                .promptSyntax(promptWeights.get())
                .deepCache(deepCache)
                .seed(seed.get());
        if (timestepSpacing != null) {
            builder.timestepSpacing(timestepSpacing);
        }
        if (withoutAdaIn) {
            builder.withoutAdaIn();
        } else {
            builder.adaInStart(adaInStart);
        }
        return withoutHistogramMatching ? builder.withoutHistogramMatching() : builder;
    }
}
