package org.lamp4j.generation;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.ProgressListener;

/**
 * Options of generating a clip. The defaults are the paper's. What a setting means, its range and its default stand at
 * the components of this record and of its groups, which check it; the {@linkplain #newBuilder builder} has a setter of
 * the same name for each, without the groups.
 *
 * <p>Options are equal if all they set is; a listener equals itself only, unless it says otherwise.
 *
 * @param frameCount F, number of frames of the clip, at least 1; 16 unless set
 * @param frameSize size of every frame, multiples of the auto-encoder's factor; the first frame is resized to cover it
 *     and centre-cropped; 512x320 unless set
 * @param framesPerSecond rate at which the clip is shown, 0.01 to 1000, which files can hold; 8.0 unless set
 * @param sampling how frames come out of noise
 * @param consistency what keeps the frames of a clip alike
 * @param seed where all randomness comes from; 0 unless set
 * @param listener the progress listener, which may stop the run; none unless set
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 3.4
 */
public record GenerationOptions(
        int frameCount,
        FrameSize frameSize,
        double framesPerSecond,
        Sampling sampling,
        Consistency consistency,
        long seed,
        ProgressListener<GenerationProgress> listener) {

    private static final GenerationOptions PAPER = new GenerationOptions(
            16,
            new FrameSize(512, 320),
            8,
            new Sampling(SamplerType.DDIM, 50, Optional.empty(), 12.5f, 0, "", PromptSyntax.PLAIN, 1),
            new Consistency(0.2f, OptionalDouble.of(0.6), true),
            0,
            ProgressListener.none());

    /**
     * Options of the sampling, which makes frames out of noise, those of clips as well as single images.
     *
     * @param sampler how the noise is taken away; ddim unless set
     * @param steps S, number of denoising steps, at least 1; 50 unless set
     * @param timestepSpacing which timesteps the steps begin at; empty for the sampler's own, which lcm alone has;
     *     empty unless set
     * @param guidanceScale how strongly the prompt is followed, 0 or more; at 1 or below without guidance, where the
     *     network runs once a step instead of twice, as lcm wants it, whose models learn guidance; 12.5 unless set
     * @param guidanceStart how far down the training timesteps guidance begins, 0 to 1: steps at timesteps above (1 -
     *     start) T take what the network says with the prompt alone, though it runs twice there, too. What goes where
     *     is decided first, and guidance holds it to what the base model has seen most often; 0.0 unless set
     * @param negativePrompt what the clip should not show; empty unless set; without effect when the guidance scale is
     *     1 or below
     * @param promptSyntax how prompt and negative prompt are read; PLAIN unless set
     * @param deepCache N, at least 1: the whole network runs at the first step and each N-th after it, and at the steps
     *     between only its last layer does, with what came from below at the last whole one (DeepCache). With 2, fifty
     *     steps take little more time than 25, and come nearer to what very many give. Few steps, as of lcm, differ too
     *     much from one another for it. Inversion always runs the whole network; 1 unless set
     * @see <a href="https://arxiv.org/abs/2404.07724">Kynk&auml;&auml;nniemi et al., Applying Guidance in a Limited
     *     Interval</a>, of which {@code guidanceStart} is the upper end
     * @see <a href="https://arxiv.org/abs/2312.00858">Ma et al., DeepCache</a>
     */
    public record Sampling(
            SamplerType sampler,
            int steps,
            Optional<TimestepSpacing> timestepSpacing,
            float guidanceScale,
            double guidanceStart,
            String negativePrompt,
            PromptSyntax promptSyntax,
            int deepCache) {

        /** Checks each value. */
        public Sampling {
            sampler.checkSpacing(timestepSpacing);
            check(steps >= 1, "1 or more steps", steps);
            check(guidanceScale >= 0 && Float.isFinite(guidanceScale), "a guidance scale of 0 or more", guidanceScale);
            check(guidanceStart >= 0 && guidanceStart <= 1, "a guidance start from 0 to 1", guidanceStart);
            Objects.requireNonNull(negativePrompt);
            Objects.requireNonNull(promptSyntax);
            check(deepCache >= 1, "a whole run of the network at every 1 or more steps", deepCache);
        }
    }

    /**
     * Options of what keeps the frames of a clip alike.
     *
     * @param noiseSharing part of the first frame's noise in every other frame's, 0 to 1; 0.2 unless set
     * @param adaInStart how far down the training timesteps frame 1 begins to take on the mean and variance of frame
     *     0's latent: in steps that begin after this fraction of all timesteps, 0 to 1; 0.6 unless set, with which it
     *     is the steps after step 30 of 50 of DDIM, as LAMP has it, and those after step 7 of 15 of DPM-Solver++. Every
     *     later frame takes on those of frame 1 at every step. Empty to leave the frames' latents their own statistics:
     *     no AdaIN, neither at the steps nor at the end
     * @param histogramMatching whether the frames take on the colours of frame 0; true unless set
     */
    public record Consistency(float noiseSharing, OptionalDouble adaInStart, boolean histogramMatching) {

        /** Checks each value. */
        public Consistency {
            check(noiseSharing >= 0 && noiseSharing <= 1, "a noise sharing from 0 to 1", noiseSharing);
            adaInStart.ifPresent(start -> check(start >= 0 && start <= 1, "an AdaIN start from 0 to 1", start));
        }
    }

    /**
     * Checks length and rate.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public GenerationOptions {
        check(frameCount >= 1, "1 or more frames", frameCount);
        Objects.requireNonNull(frameSize);
        check(VideoClip.isStorable(framesPerSecond), "a rate of 0.01 to 1000 frames per second", framesPerSecond);
        Objects.requireNonNull(listener);
    }

    private static void check(boolean holds, String expected, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", but was " + value);
        }
    }

    /** Returns a builder with the paper's settings. */
    public static Builder newBuilder() {
        return PAPER.toBuilder();
    }

    /**
     * Returns a builder with settings for {@linkplain org.lamp4j.MotionPattern#edit editing} a clip: 24 frames, as many
     * as {@link org.lamp4j.training.TrainingOptions#forEditing} trains with.
     *
     * @return a new builder, in which each option may be set once more
     */
    public static Builder forEditing() {
        return newBuilder().frameCount(24).build().toBuilder();
    }

    /** Returns a builder that starts from these options instead of the paper's; in it, each may be set once more. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns what of these options decides the result.
     *
     * @return names and values, as a clip's provenance has them
     */
    public Map<String, String> toProvenance() {
        OptionalDouble adaInStart = consistency.adaInStart;
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("negative_prompt", sampling.negativePrompt);
        provenance.put("prompt_syntax", sampling.promptSyntax.name().toLowerCase(Locale.ROOT));
        provenance.put("seed", Long.toString(seed));
        provenance.put("frame_count", Integer.toString(frameCount));
        provenance.put("frame_size", frameSize.toString());
        provenance.put("sampler", sampling.sampler.toString());
        provenance.put("steps", Integer.toString(sampling.steps));
        provenance.put(
                "timestep_spacing",
                sampling.timestepSpacing.map(TimestepSpacing::toString).orElse("the sampler's own"));
        provenance.put("guidance_scale", Float.toString(sampling.guidanceScale));
        provenance.put("guidance_start", Double.toString(sampling.guidanceStart));
        provenance.put("deep_cache", Integer.toString(sampling.deepCache));
        provenance.put("noise_sharing", Float.toString(consistency.noiseSharing));
        provenance.put("adain_start", adaInStart.isPresent() ? Double.toString(adaInStart.getAsDouble()) : "off");
        provenance.put("histogram_matching", consistency.histogramMatching ? "on" : "off");
        return provenance;
    }

    /**
     * A builder of {@link GenerationOptions}. A value out of range is refused at once with an
     * {@link IllegalArgumentException}. Each may be set once: setting it again is an {@link IllegalStateException}.
     */
    public static final class Builder {

        private final Set<String> alreadySet = new HashSet<>();
        private int frameCount;
        private FrameSize frameSize;
        private double framesPerSecond;
        private SamplerType sampler;
        private int steps;
        private Optional<TimestepSpacing> timestepSpacing;
        private float guidanceScale;
        private double guidanceStart;
        private String negativePrompt;
        private PromptSyntax promptSyntax;
        private int deepCache;
        private float noiseSharing;
        private OptionalDouble adaInStart;
        private boolean histogramMatching;
        private long seed;
        private ProgressListener<GenerationProgress> listener;

        private Builder(GenerationOptions options) {
            frameCount = options.frameCount;
            frameSize = options.frameSize;
            framesPerSecond = options.framesPerSecond;
            sampler = options.sampling.sampler;
            steps = options.sampling.steps;
            timestepSpacing = options.sampling.timestepSpacing;
            guidanceScale = options.sampling.guidanceScale;
            guidanceStart = options.sampling.guidanceStart;
            negativePrompt = options.sampling.negativePrompt;
            promptSyntax = options.sampling.promptSyntax;
            deepCache = options.sampling.deepCache;
            noiseSharing = options.consistency.noiseSharing;
            adaInStart = options.consistency.adaInStart;
            histogramMatching = options.consistency.histogramMatching;
            seed = options.seed;
            listener = options.listener;
        }

        /** Sets {@link GenerationOptions#frameCount()}. */
        public Builder frameCount(int newValue) {
            frameCount = once("frameCount", newValue);
            return checked();
        }

        /** Sets {@link GenerationOptions#frameSize()}. */
        public Builder frameSize(FrameSize newValue) {
            frameSize = once("frameSize", newValue);
            return this;
        }

        /** Sets {@link GenerationOptions#framesPerSecond()}. */
        public Builder framesPerSecond(double newValue) {
            framesPerSecond = once("framesPerSecond", newValue);
            return checked();
        }

        /** Sets {@link Sampling#sampler()}. */
        public Builder sampler(SamplerType newValue) {
            sampler = once("sampler", newValue);
            return checked();
        }

        /** Sets {@link Sampling#steps()}. */
        public Builder steps(int newValue) {
            steps = once("steps", newValue);
            return checked();
        }

        /** Sets {@link Sampling#timestepSpacing()}. */
        public Builder timestepSpacing(TimestepSpacing newValue) {
            timestepSpacing = Optional.of(once("timestepSpacing", newValue));
            return checked();
        }

        /** Sets {@link Sampling#guidanceScale()}. */
        public Builder guidanceScale(float newValue) {
            guidanceScale = once("guidanceScale", newValue);
            return checked();
        }

        /** Sets {@link Sampling#guidanceStart()}. */
        public Builder guidanceStart(double newValue) {
            guidanceStart = once("guidanceStart", newValue);
            return checked();
        }

        /** Sets {@link Sampling#negativePrompt()}. */
        public Builder negativePrompt(String newValue) {
            negativePrompt = once("negativePrompt", newValue);
            return checked();
        }

        /** Sets {@link Sampling#promptSyntax()}. */
        public Builder promptSyntax(PromptSyntax newValue) {
            promptSyntax = once("promptSyntax", newValue);
            return this;
        }

        /** Sets {@link Sampling#deepCache()}. */
        public Builder deepCache(int newValue) {
            deepCache = once("deepCache", newValue);
            return checked();
        }

        /** Sets {@link Consistency#noiseSharing()}. */
        public Builder noiseSharing(float newValue) {
            noiseSharing = once("noiseSharing", newValue);
            return checked();
        }

        /** Sets {@link Consistency#adaInStart()}. */
        public Builder adaInStart(double newValue) {
            adaInStart = OptionalDouble.of(once("adaInStart", newValue));
            return checked();
        }

        /** Leaves the frames' latents their own statistics: {@link Consistency#adaInStart()} is empty. */
        public Builder withoutAdaIn() {
            adaInStart = once("adaInStart", OptionalDouble.empty());
            return this;
        }

        /** Leaves the frames the colours they were decoded with: {@link Consistency#histogramMatching()} is false. */
        public Builder withoutHistogramMatching() {
            histogramMatching = once("histogramMatching", false);
            return this;
        }

        /** Sets {@link GenerationOptions#seed()}. */
        public Builder seed(long newValue) {
            seed = once("seed", newValue);
            return this;
        }

        /** Sets {@link GenerationOptions#listener()}. */
        public Builder listener(ProgressListener<GenerationProgress> newValue) {
            listener = once("listener", newValue);
            return this;
        }

        /** Returns the options. */
        public GenerationOptions build() {
            return new GenerationOptions(
                    frameCount,
                    frameSize,
                    framesPerSecond,
                    new Sampling(
                            sampler,
                            steps,
                            timestepSpacing,
                            guidanceScale,
                            guidanceStart,
                            negativePrompt,
                            promptSyntax,
                            deepCache),
                    new Consistency(noiseSharing, adaInStart, histogramMatching),
                    seed,
                    listener);
        }

        /** All that can be wrong is the value just set, or that it is lcm and timesteps were spaced before. */
        private Builder checked() {
            build();
            return this;
        }

        private <T> T once(String option, T value) {
            if (!alreadySet.add(option)) {
                throw new IllegalStateException("expected " + option + " to be set once, but was set again");
            }
            return Objects.requireNonNull(value);
        }
    }
}
