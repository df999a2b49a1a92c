package org.lamp4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.VideoGenerator;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.loop.MotionTraining;
import org.lamp4j.training.loop.PatternFile;
import org.lamp4j.training.loop.TrainedMotion;

/**
 * A motion that was learned from a few clips and can be applied to any still image. Immutable, and bound to the
 * backbone it was made with: usable until that is closed. Safe for several threads.
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP: Learn A Motion Pattern for Few-Shot-Based Video
 *     Generation</a>, CVPR 2024
 */
public final class MotionPattern {

    private final Backbone backbone;
    private final MotionWeights weights;
    private final PatternMetadata metadata;

    /** Computed when first asked for; two threads that race compute the same. */
    private volatile @Nullable String fingerprint;

    private MotionPattern(Backbone backbone, MotionWeights weights, PatternMetadata metadata) {
        this.backbone = backbone;
        this.weights = weights;
        this.metadata = metadata;
    }

    /**
     * Learns the motion that clips share, with the paper's settings.
     *
     * @param backbone the model the motion is laid over
     * @param clips 8 to 16 clips of one motion
     * @return the pattern
     * @throws IOException if a clip cannot be read
     * @throws IllegalArgumentException if a clip has too few frames; the message names it
     * @throws TrainingStoppedException if the thread is interrupted; it has the pattern so far
     */
    public static MotionPattern train(Backbone backbone, TrainingClips clips) throws IOException {
        return train(backbone, clips, TrainingOptions.newBuilder().build());
    }

    /**
     * Learns the motion that clips share. Takes minutes to hours; an interrupt, or a listener that says stop, ends it
     * early with an exception that has what was learned so far, and the interrupt flag stays set.
     *
     * @param backbone the model the motion is laid over
     * @param clips 8 to 16 clips of one motion
     * @param options how it is trained
     * @return the pattern
     * @throws IOException if a clip or the checkpoint to go on from cannot be read, or a checkpoint not written
     * @throws IllegalArgumentException if a clip has too few frames, the frame size is no multiple of the
     *     auto-encoder's factor, a trainable module does not exist, or the checkpoint to go on from belongs to a run
     *     with other clips or options; the message names what differs
     * @throws TrainingStoppedException if the listener says stop or the thread is interrupted before the last step is
     *     done; it has the pattern so far, and a checkpoint has been written where they were asked for
     * @throws org.lamp4j.errors.TrainingDivergedException if loss or gradient is no finite number any more
     */
    public static MotionPattern train(Backbone backbone, TrainingClips clips, TrainingOptions options)
            throws IOException {
        TrainedMotion trained = new MotionTraining(backbone.frozen()).run(clips, options);
        MotionPattern pattern = new MotionPattern(backbone, trained.weights(), trained.metadata());
        int stepsDone = trained.metadata().steps().orElse(0);
        if (stepsDone < options.steps()) {
            throw new TrainingStoppedException(pattern, stepsDone, options.steps(), trained.checkpoints());
        }
        return pattern;
    }

    /**
     * Returns a pattern that has learned nothing: what a clip shows without any motion learned, to compare with.
     *
     * @param backbone the model it is laid over
     * @return the pattern that training with the default modules and seed 0 begins with
     */
    public static MotionPattern untrained(Backbone backbone) {
        TrainingOptions options = TrainingOptions.newBuilder().build();
        return new MotionPattern(
                backbone,
                backbone.model().freshMotion(options.parameters().trainableModules(), options.seed()),
                PatternMetadata.of(backbone.base(), OptionalInt.of(0), Map.of("seed", Long.toString(options.seed()))));
    }

    /**
     * A pattern and its weight in a {@linkplain #blend blend}.
     *
     * @param pattern the pattern
     * @param weight how much of what it learned goes in: 1 all of it, 0 nothing, below 0 the opposite
     */
    public record Share(MotionPattern pattern, float weight) {

        /** Checks that the weight is a number. */
        public Share {
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "expected a finite weight, but was " + weight + " (MotionPattern.blend)");
            }
        }
    }

    /**
     * Combines motions: adds what each pattern learned, times its weight, to an untrained pattern. Weights that sum to
     * 1 average the patterns; two motions that do not exclude each other may take 1 each. A single share makes a motion
     * stronger or weaker. What comes of it is worth a look: the patterns were not trained together.
     *
     * @param shares at least one pattern and its weight, all of the same base model
     * @return the blend, bound to the first pattern's backbone
     * @throws IllegalArgumentException if there is no share, or the patterns are of different base models
     */
    public static MotionPattern blend(List<Share> shares) {
        Backbone backbone = MotionBlend.commonBackbone(shares);
        PatternMetadata metadata =
                PatternMetadata.of(backbone.base(), OptionalInt.empty(), Map.of("blend", MotionBlend.recipe(shares)));
        return new MotionPattern(backbone, MotionBlend.of(backbone.model(), shares), metadata);
    }

    /**
     * Returns the pattern with its low-rank updates added to the matrices they are of: a larger file, and the same
     * clips but for rounding.
     *
     * @return a pattern of whole parameters; this one if it has no low-rank updates
     * @throws IllegalStateException if the backbone is closed
     */
    public MotionPattern merged() {
        MotionWeights whole = backbone.model().merged(weights);
        if (whole.equals(weights)) {
            return this;
        }
        Map<String, String> details = new LinkedHashMap<>(metadata.entries());
        details.put("merged_from", fingerprint());
        return new MotionPattern(backbone, whole, PatternMetadata.of(backbone.base(), metadata.steps(), details));
    }

    /**
     * Reads a pattern.
     *
     * @param backbone the model it was trained on
     * @param path a file that {@link #save} wrote, a checkpoint that training left, or a folder with a whole video UNet
     *     as LAMP's own program and {@link #saveVideoUNet} write it
     * @return the pattern
     * @throws IOException if it cannot be read, or is a folder with a link that leads out of it; the message names file
     *     and tensor
     * @throws org.lamp4j.errors.ModelFormatException if it is no pattern, is damaged, or belongs to another base model;
     *     the message then holds its fingerprint and says what differs, as far as the file does. A folder carries no
     *     fingerprint
     */
    public static MotionPattern load(Backbone backbone, Path path) throws IOException {
        return load(backbone, path, BaseMatch.SAME_MODEL);
    }

    /**
     * Reads a pattern, for the model it was trained on or for another of the same architecture, as a finetune of it. A
     * pattern is a difference: what was trained in place of the base's parameters ({@code attn1.to_q}) is added to the
     * other's as the difference it was. Both base models are in {@link #provenance()} and in the clips'.
     *
     * <p>If only LoRAs differ, which were added to the one base and not to the other, the pattern is laid over this one
     * whatever match is asked for, and the log says so.
     *
     * @param backbone the model it is laid over
     * @param path as for {@link #load(Backbone, Path)}
     * @param match which other base models are taken
     * @return the pattern
     * @throws IOException as {@link #load(Backbone, Path)} does
     * @throws org.lamp4j.errors.ModelFormatException if it is no pattern, is damaged, or belongs to a base model that
     *     does not match; or if the file does not hold the differences, as a folder, a training checkpoint and files of
     *     earlier versions do not: the message names the parameters. It is loaded on its own base model then and saved
     *     anew
     */
    public static MotionPattern load(Backbone backbone, Path path, BaseMatch match) throws IOException {
        StoredPattern stored = new StoredPattern(path, PatternFile.read(backbone.model(), path));
        StoredPattern.Placed placed = stored.on(backbone.model(), backbone.base(), match);
        return new MotionPattern(backbone, placed.weights(), placed.metadata());
    }

    /**
     * Writes the pattern as one safetensors file, without loss.
     *
     * @param path the file; replaced if it is there, and appears whole or not at all
     * @throws IOException if it cannot be written
     */
    public void save(Path path) throws IOException {
        save(path, StoredPrecision.FLOAT32);
    }

    /**
     * Writes the pattern as one safetensors file. An interrupt does not keep it from being written.
     *
     * @param path the file; replaced if it is there, and appears whole or not at all
     * @param precision how the values are stored; float16 halves the file
     * @throws IOException if it cannot be written
     */
    public void save(Path path, StoredPrecision precision) throws IOException {
        new PatternFile(path, precision).write(backbone.model(), new TrainedMotion(weights, metadata));
    }

    /**
     * Writes base and pattern together as the folder that LAMP's own program loads.
     *
     * @param folder the folder; {@code unet/} is made in it
     * @throws IOException if it cannot be written
     */
    public void saveVideoUNet(Path folder) throws IOException {
        backbone.model().storage().writeVideoUNet(folder, weights);
    }

    /**
     * Sets an image in motion, with the paper's settings.
     *
     * @param prompt what the clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @return the clip of 16 frames
     */
    public VideoClip generate(String prompt, RgbImage firstFrame) {
        return generate(prompt, firstFrame, GenerationOptions.newBuilder().build());
    }

    /**
     * Sets an image in motion. The same seed gives the same bytes on one machine; on a GPU, only with
     * {@link org.lamp4j.device.CudaOptions.Builder#reproducible reproducible} options.
     *
     * @param prompt what the clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how the clip is generated
     * @return the clip, with prompt, options and pattern as its provenance; frame 0 is the first frame as the
     *     auto-encoder gives it back
     * @throws IllegalArgumentException if the frame size is no multiple of the auto-encoder's factor; the message names
     *     the nearest that are
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip generate(String prompt, RgbImage firstFrame, GenerationOptions options) {
        return signed(generator().generate(prompt, firstFrame, options));
    }

    /**
     * Edits a clip: a new clip that keeps the structure of another, with a new first frame and prompt. The pattern is
     * usually one that was trained on that clip alone.
     *
     * @param source the clip to edit, of the options' number of frames; resized to cover the frame size and cropped
     * @param prompt what the new clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how the clip is generated; the steps are those of the inversion, too, and noise sharing and rate
     *     are not used
     * @return the clip, as {@link #generate(String, RgbImage, GenerationOptions)} gives it, at the rate of the source
     * @throws IllegalArgumentException if the source has another number of frames, the sampler is not DDIM, or the
     *     frame size is no multiple of the auto-encoder's factor
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip edit(VideoClip source, String prompt, RgbImage firstFrame, GenerationOptions options) {
        return signed(generator().edit(source, prompt, firstFrame, options));
    }

    /**
     * Extends a clip, window by window: each begins with the last frames there are, so that new ones follow their
     * motion. The clip's own frames stay as they are. Where each window begins is in the provenance ({@code seams}),
     * for {@link org.lamp4j.evaluation.SeamJump}.
     *
     * @param clip the clip so far, of the options' frame size
     * @param prompt what it shows
     * @param extension how many frames are added, and how many each window takes over
     * @param options how they are generated; the frame count is that of a window, 16 as patterns are trained
     * @return the longer clip, at the rate of the clip
     * @throws IllegalArgumentException if the clip is shorter than the overlap or of another size, or a window is no
     *     longer than the overlap
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip extend(VideoClip clip, String prompt, Extension extension, GenerationOptions options) {
        return signed(generator().extend(clip, prompt, extension, options));
    }

    /**
     * Doubles a clip's frame rate: puts a new frame between any two, and leaves the clip's own frames as they are. A
     * new frame begins as the mean of its neighbours' latents, is given noise and denoised with them beside it.
     *
     * @param clip the clip, of the options' frame size, at least 2 frames
     * @param prompt what it shows
     * @param doubling what new frames are made of
     * @param options how they are generated; the frame count is that of a window, 16 as patterns are trained
     * @return the clip of 2F-1 frames, at twice the rate
     * @throws IllegalArgumentException if the clip is too short or of another size
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip doubleFrameRate(VideoClip clip, String prompt, Doubling doubling, GenerationOptions options) {
        return signed(generator().doubleFrameRate(clip, prompt, doubling, options));
    }

    /**
     * Makes a clip larger and finer, with 0.4 of the noise and the paper's other settings. Its prompt is taken from its
     * provenance, which {@link VideoClip#read} does not give back.
     *
     * @param clip the clip
     * @param size the new frame size, larger in width and height
     * @return the clip of the new size, with as many frames
     * @throws IllegalArgumentException if the clip does not know its prompt, the size is not larger, or it is no
     *     multiple of the auto-encoder's factor
     */
    public VideoClip enlarge(VideoClip clip, FrameSize size) {
        String prompt = clip.provenance().get("prompt");
        if (prompt == null) {
            throw new IllegalArgumentException(
                    "expected a clip whose provenance holds its prompt, but was one without; give the prompt (enlarge)");
        }
        return enlarge(
                clip,
                prompt,
                Enlargement.DEFAULT,
                GenerationOptions.newBuilder().frameSize(size).build());
    }

    /**
     * Makes a clip larger and finer: scales its frames up, gives their latents part of the noise, and denoises them at
     * the new size, with the first frame given. Frames of other proportions are cropped, as first frames are. A clip of
     * more frames than the options' is done window by window; a frame that is too large for the device's memory budget
     * in tiles that overlap, whose predictions are joined at every step.
     *
     * @param clip the clip
     * @param prompt what it shows
     * @param enlargement how much is made anew, its first frame in the new size if there is one, and tiles and windows
     * @param options how the frames are denoised; the frame size is the new one, larger in width and height, and the
     *     frame count that of a window, 16 as patterns are trained
     * @return the clip of the new size, with as many frames at the same rate; what windows and tiles it was made of is
     *     in the provenance ({@code seams}, {@code tiles})
     * @throws IllegalArgumentException if the size is not larger or no multiple of the auto-encoder's factor, or a
     *     window is no longer than the overlap
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip enlarge(VideoClip clip, String prompt, Enlargement enlargement, GenerationOptions options) {
        return signed(generator().enlarge(clip, prompt, enlargement, options));
    }

    private VideoGenerator generator() {
        return new VideoGenerator(backbone.frozen(), weights);
    }

    private VideoClip signed(VideoClip clip) {
        Map<String, String> made = new LinkedHashMap<>(clip.provenance());
        made.put("pattern", fingerprint());
        made.put(
                "pattern_steps",
                trainedSteps().isPresent() ? Integer.toString(trainedSteps().getAsInt()) : "unknown");
        metadata.putBases(made);
        backbone.sign(made);
        return clip.withProvenance(made);
    }

    /**
     * Generates a clip from a prompt alone, with the paper's settings: draws the first frame with the same backbone,
     * then animates it.
     *
     * @param prompt what the clip shows
     * @return the clip of 16 frames
     */
    public VideoClip generate(String prompt) {
        return generate(prompt, GenerationOptions.newBuilder().build());
    }

    /**
     * Generates a clip from a prompt alone: draws the first frame with the same backbone, then animates it. Both take
     * the options' steps, guidance scale, negative prompt and seed; the listener hears of both, one after the other.
     *
     * @param prompt what the clip shows
     * @param options how first frame and clip are generated
     * @return the clip, as {@link #generate(String, RgbImage, GenerationOptions)} gives it
     * @throws IllegalArgumentException if the frame size is no multiple of the auto-encoder's factor; the message names
     *     the nearest that are
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     * @throws IllegalStateException if the backbone is closed
     */
    public VideoClip generate(String prompt, GenerationOptions options) {
        VideoGenerator.requireGeneratable(backbone.model(), backbone.noiseSchedule(), options);
        RgbImage firstFrame = backbone.generate(List.of(prompt), options).get(0);
        VideoClip clip = generate(prompt, firstFrame, options);
        Map<String, String> made = new LinkedHashMap<>(clip.provenance());
        made.put("first_frame", "generated from the prompt");
        return clip.withProvenance(made);
    }

    /**
     * Returns the backbone this pattern belongs to.
     *
     * @return the backbone; its owner closes it
     */
    public Backbone backbone() {
        return backbone;
    }

    /**
     * Returns the parameters.
     *
     * @return the parameters, by their UNet key
     */
    public MotionWeights weights() {
        return weights;
    }

    /**
     * Returns a hash of the parameters, by which a clip knows its pattern. Reads all of them at the first call.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException if the pattern is mapped from a file that has been written to since; the message
     *     names it
     */
    public String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = weights.hash();
            fingerprint = known;
        }
        return known;
    }

    /**
     * Returns how the pattern came about: options, seed, clips with their hashes, base model, library version.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> provenance() {
        return metadata.entries();
    }

    /**
     * Returns how many steps the pattern was trained for.
     *
     * @return the number of steps, 0 for an untrained pattern; empty for a checkpoint of LAMP's own program, which does
     *     not say
     */
    public OptionalInt trainedSteps() {
        return metadata.steps();
    }
}
