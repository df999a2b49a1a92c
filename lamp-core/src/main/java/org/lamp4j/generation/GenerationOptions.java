package org.lamp4j.generation;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.ProgressListener;

/**
 * How a clip is generated. Immutable; the defaults are the paper's.
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 3.4
 */
public final class GenerationOptions {

    private final int frameCount;
    private final FrameSize frameSize;
    private final SamplerType sampler;
    private final int steps;
    private final float guidanceScale;
    private final String negativePrompt;
    private final float noiseSharing;
    private final OptionalInt adaInStart;
    private final boolean histogramMatching;
    private final long seed;
    private final double framesPerSecond;
    private final ProgressListener<GenerationProgress> listener;

    private GenerationOptions(Builder builder) {
        this.frameCount = builder.frameCount;
        this.frameSize = builder.frameSize;
        this.sampler = builder.sampler;
        this.steps = builder.steps;
        this.guidanceScale = builder.guidanceScale;
        this.negativePrompt = builder.negativePrompt;
        this.noiseSharing = builder.noiseSharing;
        this.adaInStart = builder.adaInStart;
        this.histogramMatching = builder.histogramMatching;
        this.seed = builder.seed;
        this.framesPerSecond = builder.framesPerSecond;
        this.listener = builder.listener;
    }

    /**
     * Returns a builder with the paper's settings.
     *
     * @return a new builder
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Returns the number of frames of the clip.
     *
     * @return F, at least 1
     */
    public int frameCount() {
        return frameCount;
    }

    /**
     * Returns the size of the clip.
     *
     * @return the size
     */
    public FrameSize frameSize() {
        return frameSize;
    }

    /**
     * Returns how the noise is taken away.
     *
     * @return the sampler
     */
    public SamplerType sampler() {
        return sampler;
    }

    /**
     * Returns the number of denoising steps.
     *
     * @return S, at least 1
     */
    public int steps() {
        return steps;
    }

    /**
     * Returns how strongly the prompt is followed.
     *
     * @return 0 or more; at most 1 means without guidance
     */
    public float guidanceScale() {
        return guidanceScale;
    }

    /**
     * Returns what the clip should not show.
     *
     * @return a prompt, empty for none
     */
    public String negativePrompt() {
        return negativePrompt;
    }

    /**
     * Returns the part of the first frame's noise in every other frame's.
     *
     * @return 0 to 1
     */
    public float noiseSharing() {
        return noiseSharing;
    }

    /**
     * Returns the step after which frame 1 takes on the statistics of frame 0.
     *
     * @return a step index; empty when no statistics are carried over at all
     */
    public OptionalInt adaInStart() {
        return adaInStart;
    }

    /**
     * Returns whether the frames take on the colours of frame 0.
     *
     * @return whether they do
     */
    public boolean histogramMatching() {
        return histogramMatching;
    }

    /**
     * Returns where all randomness comes from.
     *
     * @return the seed
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns the rate at which the clip is shown.
     *
     * @return above 0
     */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    /**
     * Returns who is told of every step.
     *
     * @return the listener
     */
    public ProgressListener<GenerationProgress> listener() {
        return listener;
    }

    /** Returns what of these options decides the result, by name. */
    Map<String, String> toProvenance() {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("negative_prompt", negativePrompt);
        provenance.put("seed", Long.toString(seed));
        provenance.put("frame_count", Integer.toString(frameCount));
        provenance.put("frame_size", frameSize.toString());
        provenance.put("sampler", sampler.toString());
        provenance.put("steps", Integer.toString(steps));
        provenance.put("guidance_scale", Float.toString(guidanceScale));
        provenance.put("noise_sharing", Float.toString(noiseSharing));
        provenance.put("adain_start", adaInStart.isPresent() ? Integer.toString(adaInStart.getAsInt()) : "off");
        provenance.put("histogram_matching", histogramMatching ? "on" : "off");
        return provenance;
    }

    /**
     * Collects options. Each is checked at once, and may be set once: setting it again is an
     * {@link IllegalStateException}.
     */
    public static final class Builder {

        private final Set<String> alreadySet = new HashSet<>();
        private int frameCount = 16;
        private FrameSize frameSize = new FrameSize(512, 320);
        private SamplerType sampler = SamplerType.DDIM;
        private int steps = 50;
        private float guidanceScale = 12.5f;
        private String negativePrompt = "";
        private float noiseSharing = 0.2f;
        private OptionalInt adaInStart = OptionalInt.of(30);
        private boolean histogramMatching = true;
        private long seed;
        private double framesPerSecond = 8;
        private ProgressListener<GenerationProgress> listener = ProgressListener.none();

        private Builder() {}

        private void once(String option) {
            if (!alreadySet.add(option)) {
                throw new IllegalStateException("expected " + option + " to be set once, but was set again");
            }
        }

        private static void check(boolean holds, String expected, Object value) {
            if (!holds) {
                throw new IllegalArgumentException("expected " + expected + ", but was " + value);
            }
        }

        /**
         * Sets the length of the clip.
         *
         * @param newValue F, at least 1; 16 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder frameCount(int newValue) {
            once("frameCount");
            check(newValue >= 1, "1 or more frames", newValue);
            frameCount = newValue;
            return this;
        }

        /**
         * Sets the size of the clip.
         *
         * @param newValue size of every frame, multiples of the auto-encoder's factor; the first frame is resized to
         *     cover it and centre-cropped; 512x320 unless set
         * @return this builder
         */
        public Builder frameSize(FrameSize newValue) {
            once("frameSize");
            frameSize = Objects.requireNonNull(newValue);
            return this;
        }

        /**
         * Sets how the noise is taken away.
         *
         * @param newValue the sampler; DDIM unless set
         * @return this builder
         */
        public Builder sampler(SamplerType newValue) {
            once("sampler");
            sampler = Objects.requireNonNull(newValue);
            return this;
        }

        /**
         * Sets the number of denoising steps.
         *
         * @param newValue S, at least 1; 50 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder steps(int newValue) {
            once("steps");
            check(newValue >= 1, "1 or more steps", newValue);
            steps = newValue;
            return this;
        }

        /**
         * Sets how strongly the prompt is followed.
         *
         * @param newValue 0 or more; at 1 or below the network runs once a step instead of twice; 12.5 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder guidanceScale(float newValue) {
            once("guidanceScale");
            check(newValue >= 0 && newValue < Float.POSITIVE_INFINITY, "a guidance scale of 0 or more", newValue);
            guidanceScale = newValue;
            return this;
        }

        /**
         * Sets what the clip should not show.
         *
         * @param newValue a prompt; empty unless set; without effect when the guidance scale is 1 or below
         * @return this builder
         */
        public Builder negativePrompt(String newValue) {
            once("negativePrompt");
            negativePrompt = Objects.requireNonNull(newValue);
            return this;
        }

        /**
         * Sets the part of the first frame's noise in every other frame's.
         *
         * @param newValue 0 to 1; 0.2 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is not in 0 to 1
         */
        public Builder noiseSharing(float newValue) {
            once("noiseSharing");
            check(newValue >= 0 && newValue <= 1, "a noise sharing from 0 to 1", newValue);
            noiseSharing = newValue;
            return this;
        }

        /**
         * Sets the step after which frame 1 takes on the mean and variance of frame 0's latent. (Every later frame takes on
         * those of frame 1 at every step.)
         *
         * @param newValue last step index without, from 0; 30 unless set, which belongs to 50 steps of DDIM (7 does to 15
         *     of DPM-Solver++)
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         * @throws IllegalStateException if it was set before, or {@link #withoutAdaIn} was called
         */
        public Builder adaInStart(int newValue) {
            once("adaInStart");
            check(newValue >= 0, "an AdaIN start of 0 or more", newValue);
            adaInStart = OptionalInt.of(newValue);
            return this;
        }

        /**
         * Leaves the frames' latents their own statistics: no AdaIN, neither at the steps nor at the end.
         *
         * @return this builder
         * @throws IllegalStateException if it was called before, or {@link #adaInStart} was set
         */
        public Builder withoutAdaIn() {
            once("adaInStart");
            adaInStart = OptionalInt.empty();
            return this;
        }

        /**
         * Leaves the frames the colours they were decoded with.
         *
         * @return this builder
         * @throws IllegalStateException if it was called before
         */
        public Builder withoutHistogramMatching() {
            once("histogramMatching");
            histogramMatching = false;
            return this;
        }

        /**
         * Sets the seed.
         *
         * @param newValue where all randomness comes from; 0 unless set
         * @return this builder
         */
        public Builder seed(long newValue) {
            once("seed");
            seed = newValue;
            return this;
        }

        /**
         * Sets the rate at which the clip is shown.
         *
         * @param newValue 0.01 to 1000, which files can hold; 8 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder framesPerSecond(double newValue) {
            once("framesPerSecond");
            check(VideoClip.isStorable(newValue), "a rate of 0.01 to 1000 frames per second", newValue);
            framesPerSecond = newValue;
            return this;
        }

        /**
         * Sets who is told of every step and may stop the run.
         *
         * @param newValue the listener; none unless set
         * @return this builder
         */
        public Builder listener(ProgressListener<GenerationProgress> newValue) {
            once("listener");
            listener = Objects.requireNonNull(newValue);
            return this;
        }

        /**
         * Returns the options.
         *
         * @return immutable options
         */
        public GenerationOptions build() {
            return new GenerationOptions(this);
        }
    }
}
