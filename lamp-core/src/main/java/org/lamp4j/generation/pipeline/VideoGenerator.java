package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;

/** Makes clips from first frames: encode, denoise, decode, match colours. Safe for several threads. */
public final class VideoGenerator {

    private final VideoPipeline pipeline;

    /**
     * Creates a generator.
     *
     * @param base the base model
     * @param motion the pattern's parameters
     */
    public VideoGenerator(FrozenModel base, MotionWeights motion) {
        this.pipeline = new VideoPipeline(base, motion);
    }

    /**
     * Generates a clip.
     *
     * @param prompt what the clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how it is generated
     * @return the clip, with prompt and options as its provenance; frame 0 is the first frame after encoding and
     *     decoding
     * @throws IllegalArgumentException if the frame size is no multiple of the auto-encoder's factor, the schedule does
     *     not allow that number of steps, or the clip would not fit into memory
     * @throws NonFiniteException if a network gives something that is no finite number; the message names the damaged
     *     weight, if there is one
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip generate(String prompt, RgbImage firstFrame, GenerationOptions options) {
        VideoDenoiser denoiser = pipeline.denoiser(options);
        pipeline.requireRoom(options.frameCount(), options.frameCount(), options);
        FloatTensor first = pipeline.encode(List.of(firstFrame), options);
        FloatTensor noise = RandomSource.stream(options.seed(), "initial noise", 0)
                .gaussian(first.shape().with(2, options.frameCount()));
        return denoise(prompt, denoiser.initialLatents(noise, first), options);
    }

    /**
     * Generates a clip that keeps the structure of another: it starts not from noise but from the latents that lead
     * back to the other clip, found with an empty prompt.
     *
     * @param source the other clip, of the options' number of frames; resized to cover the frame size and cropped
     * @param prompt what the new clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how it is generated; its noise sharing and rate are not used
     * @return the clip, as {@link #generate} gives it, at the rate of the source
     * @throws IllegalArgumentException if the source has another number of frames or the sampler is not DDIM, and as
     *     {@link #generate} does
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip edit(VideoClip source, String prompt, RgbImage firstFrame, GenerationOptions options) {
        requireEditable(pipeline.model(), pipeline.schedule(), source, options);
        FloatTensor inverted = invert(source, options.sampling().steps(), options);
        VideoClip edited = generateFrom(inverted, prompt, firstFrame, options);
        return VideoClip.of(edited.frames(), source.framesPerSecond()).withProvenance(edited.provenance());
    }

    /**
     * Checks what {@link #edit} would refuse.
     *
     * @param model the open model
     * @param schedule the noise schedule it was trained with
     * @param source the clip to edit
     * @param options how the new clip will be generated
     * @throws IllegalArgumentException if the source has another number of frames, the sampler is not DDIM, the frame
     *     size is no multiple of the auto-encoder's factor, or the schedule does not allow that number of steps
     */
    public static void requireEditable(
            BackboneModel model, NoiseSchedule schedule, VideoClip source, GenerationOptions options) {
        inversion(model, schedule, source, options.sampling().steps(), options);
        requireGeneratable(model, schedule, options);
    }

    /**
     * Checks what {@link #generate} would refuse.
     *
     * @param model the open model
     * @param schedule the noise schedule it was trained with
     * @param options how clips will be generated
     * @throws IllegalArgumentException if the frame size is no multiple of the auto-encoder's factor, the schedule does
     *     not allow that number of steps, or the clip would not fit into memory
     */
    public static void requireGeneratable(BackboneModel model, NoiseSchedule schedule, GenerationOptions options) {
        options.frameSize().requireMultipleOf(model.latentCodec().factor());
        VideoDenoiser.of(schedule, options);
        VideoMemory.require(model.latentCodec(), options.frameSize(), options.frameCount(), options.frameCount());
    }

    private static DdimInversion inversion(
            BackboneModel model, NoiseSchedule schedule, VideoClip source, int steps, GenerationOptions options) {
        if (source.frameCount() != options.frameCount()) {
            throw new IllegalArgumentException(
                    "expected a clip of " + options.frameCount() + " frames to edit, but was " + source.frameCount());
        }
        if (options.sampling().sampler() != SamplerType.DDIM) {
            throw new IllegalArgumentException("expected the sampler " + SamplerType.DDIM
                    + ", which can be inverted, but was " + options.sampling().sampler());
        }
        options.frameSize().requireMultipleOf(model.latentCodec().factor());
        return DdimInversion.of(schedule, steps, options.sampling().timestepSpacing());
    }

    /**
     * Finds the latents that lead back to a clip, with an empty prompt.
     *
     * @param source the clip, of the options' number of frames; resized to cover the frame size and cropped
     * @param steps number of steps of the inversion, S
     * @param options how clips will be generated from it
     * @return what {@link #generateFrom} starts from, {@code [1, C, F, h, w]}, at the noisiest timestep of S steps
     * @throws IllegalArgumentException if the source has another number of frames, the sampler is not DDIM, or the
     *     schedule does not allow that number of steps
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the inversion or the thread is interrupted, whose flag stays set
     */
    public FloatTensor invert(VideoClip source, int steps, GenerationOptions options) {
        DdimInversion inversion = inversion(pipeline.model(), pipeline.schedule(), source, steps, options);
        pipeline.requireRoom(options.frameCount(), options.frameCount(), options);
        FloatTensor clean = pipeline.encode(source.frames(), options);
        FloatTensor inverted;
        try (GuidedPredictor predictor = pipeline.unguided(clean.shape())) {
            inverted = inversion.invert(clean, predictor, options.listener());
        }
        return pipeline.model().requireFinite(inverted, "latents of the inversion", pipeline.motion());
    }

    /**
     * Generates a clip from latents that lead back to another.
     *
     * @param inverted what {@link #invert} gave, {@code [1, C, F, h, w]}; its frame 0 is not used
     * @param prompt what the new clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how it is generated; its noise sharing is not used
     * @return the clip, as {@link #generate} gives it
     * @throws org.lamp4j.tensor.ShapeMismatchException if the latents are of another frame size
     * @throws IllegalArgumentException as {@link #generate} does
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip generateFrom(FloatTensor inverted, String prompt, RgbImage firstFrame, GenerationOptions options) {
        VideoDenoiser denoiser = pipeline.denoiser(options);
        pipeline.requireRoom(options.frameCount(), options.frameCount(), options);
        FloatTensor first = pipeline.encode(List.of(firstFrame), options);
        return denoise(prompt, denoiser.withFirstFrame(inverted, first), options);
    }

    /**
     * Lets a clip go on. Its own frames stay as they are.
     *
     * @param clip the clip so far, of the options' frame size
     * @param prompt what it shows
     * @param extension how many frames are added, and how many each window takes over
     * @param options how they are generated; the frame count is that of a window
     * @return the longer clip, at the rate of the clip; its provenance says at which frames windows begin
     *     ({@code seams})
     * @throws IllegalArgumentException if the clip is shorter than the overlap or of another size, or a window is no
     *     longer than the overlap, and as {@link #generate} does
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip extend(VideoClip clip, String prompt, Extension extension, GenerationOptions options) {
        return new VideoExtension(pipeline, extension, options).extend(clip, prompt);
    }

    /**
     * Puts a new frame between any two of a clip, whose own frames stay as they are.
     *
     * @param clip the clip, of the options' frame size, at least 2 frames
     * @param prompt what it shows
     * @param doubling what new frames are made of
     * @param options how they are generated; the frame count is that of a window, at least 3
     * @return the clip of 2F-1 frames, at twice the rate
     * @throws IllegalArgumentException if the clip is too short or of another size, and as {@link #generate} does
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip doubleFrameRate(VideoClip clip, String prompt, Doubling doubling, GenerationOptions options) {
        return new FrameRateDoubling(pipeline, doubling, options).doubled(clip, prompt);
    }

    /**
     * Makes a clip larger and finer.
     *
     * @param clip the clip, of fewer pixels than the options' frame size
     * @param prompt what it shows
     * @param enlargement how much is made anew, and in which parts
     * @param options how the frames are denoised; the frame size is the new one, the frame count that of a window
     * @return the clip of the new size, with as many frames
     * @throws IllegalArgumentException if the new size is not larger in width and height, a window is no longer than
     *     the overlap, and as {@link #generate} does
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public VideoClip enlarge(VideoClip clip, String prompt, Enlargement enlargement, GenerationOptions options) {
        return new VideoEnlargement(pipeline, enlargement, options).enlarged(clip, prompt);
    }

    private VideoClip denoise(String prompt, FloatTensor start, GenerationOptions options) {
        FloatTensor latents;
        try (DenoisingRun run = new DenoisingRun(pipeline, prompt, start.shape(), options)) {
            latents = run.denoise(SamplingState.of(0, start));
        }
        List<RgbImage> frames = pipeline.decode(latents, IntStream.range(0, options.frameCount()), options);
        return VideoClip.of(frames, options.framesPerSecond())
                .withProvenance(pipeline.provenance(Map.of(), prompt, options));
    }
}
