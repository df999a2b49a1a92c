package org.lamp4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.BackendMissingException;
import org.lamp4j.files.ModelLinks;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.generation.pipeline.ImageGenerator;
import org.lamp4j.generation.pipeline.PreviewImages;
import org.lamp4j.generation.pipeline.PromptEncoder;
import org.lamp4j.generation.pipeline.VideoGenerator;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.LibraryVersion;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.BackboneProvider;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.text.AddedWord;
import org.lamp4j.text.ClipTokenizer;

/**
 * An open Stable Diffusion model: the base that motion patterns are trained on and generate with. It owns native memory
 * and is closed by whoever loaded it; patterns of it cannot be used after that. Safe for several threads, with one
 * pattern or several: each clip is the one that its seed gives alone. Closing waits for the network that is running,
 * and what another thread generates or trains ends with an {@link IllegalStateException} when it next needs this model.
 *
 * <pre>{@code
 * try (Backbone backbone = Backbone.load(Path.of("stable-diffusion-v1-4"))) {
 *     MotionPattern pattern = MotionPattern.train(backbone, TrainingClips.in(Path.of("horse_run")));
 *     VideoClip clip = pattern.generate("a horse runs on the Mars", RgbImage.read(Path.of("horse.png")));
 * }
 * }</pre>
 */
public final class Backbone implements AutoCloseable {

    /** What a model is read from. */
    private static final List<String> FOLDERS = List.of(
            "tokenizer", "scheduler", "text_encoder", "vae", "vae_encoder", "vae_decoder", "unet", Backbone.TAESD);

    /** What of generation options decides nothing of a still image. */
    private static final Set<String> OF_CLIPS =
            Set.of("frame_count", "noise_sharing", "adain_start", "histogram_matching");

    /** Where a model folder may have a decoder for previews. */
    private static final String TAESD = "taesd";

    private final Path path;
    private final ClipTokenizer tokenizer;
    private final NoiseSchedule noiseSchedule;
    private final BackboneModel model;
    private final PreviewImages previews;
    private volatile boolean closed;

    private Backbone(
            Path path,
            ClipTokenizer tokenizer,
            NoiseSchedule noiseSchedule,
            BackboneModel model,
            PreviewImages previews) {
        this.path = path;
        this.tokenizer = tokenizer;
        this.noiseSchedule = noiseSchedule;
        this.model = model;
        this.previews = previews;
    }

    private static Backbone of(Path path, ClipTokenizer tokenizer, NoiseSchedule noiseSchedule, BackboneModel model) {
        return new Backbone(path, tokenizer, noiseSchedule, model, new PreviewImages(model.latentCodec()));
    }

    /**
     * Opens a model on the CPU.
     *
     * @param path a Stable Diffusion 1 or 2 model: a folder in diffusers layout ({@code tokenizer},
     *     {@code text_encoder}, {@code vae}, {@code unet}, {@code scheduler}), or a single {@code .safetensors} or
     *     {@code .ckpt} file in the original layout. In a folder, {@code text_encoder/model.onnx}, and
     *     {@code vae_encoder/model.onnx} with {@code vae_decoder/model.onnx}, stand in for weights that are not there
     * @return the open model; the caller closes it
     * @throws IOException if a file is missing or damaged, or a link that leads out of the folder; the message names it
     *     and says what was expected
     * @throws org.lamp4j.errors.ModelFormatException if what a file holds cannot be used, as a tensor that is missing
     *     or has another shape; the message names tensor and file
     * @throws BackendMissingException if no backend is on the class path
     */
    public static Backbone load(Path path) throws IOException {
        return load(path, Device.cpu());
    }

    /**
     * Opens a model. Of a single file, the networks' dimensions, what the UNet predicts and the kind of text encoder
     * are recognised from its tensors, and logged; noise schedule and tokenizer come with this library. A text encoder
     * of another vocabulary than CLIP's takes the tokenizer from {@code tokenizer/} beside the file, or from
     * {@code vocab.json} and {@code merges.txt} beside it.
     *
     * @param path a Stable Diffusion 1 or 2 model, folder or file as for {@link #load(Path)}
     * @param device where the model runs
     * @return the open model; the caller closes it
     * @throws IOException if a file is missing or damaged, or a link that leads out of the folder; the message names it
     *     and says what was expected
     * @throws org.lamp4j.errors.ModelFormatException if what a file holds cannot be used, as a tensor that is missing
     *     or has another shape; the message names tensor and file
     * @throws BackendMissingException if no backend is on the class path
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there
     */
    public static Backbone load(Path path, Device device) throws IOException {
        return open(path, device, provider());
    }

    private static BackboneProvider provider() {
        return ServiceLoader.load(BackboneProvider.class)
                .findFirst()
                .orElseThrow(() -> new BackendMissingException(
                        "expected a backend on the class path, but there is none; add org.lamp4j:lamp-onnx"));
    }

    /**
     * Opens a model and says what its UNet predicts, whatever the model says of it. Files of Stable Diffusion 2 do not
     * tell the 512-base model, which predicts noise, from the 768-v model; they are taken for the latter.
     *
     * @param path a Stable Diffusion 1 or 2 model, folder or file as for {@link #load(Path)}
     * @param device where the model runs
     * @param predictionType what the UNet predicts
     * @return the open model; the caller closes it
     * @throws IOException as {@link #load(Path, Device)} does
     * @throws IllegalArgumentException if the model's schedule ends in pure noise, of which only v can be predicted
     * @throws BackendMissingException if no backend is on the class path
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there
     */
    public static Backbone load(Path path, Device device, PredictionType predictionType) throws IOException {
        BackboneProvider provider = provider();
        Backbone loaded = open(path, device, (model, where) -> provider.open(model, where, predictionType));
        try {
            NoiseSchedule schedule = loaded.noiseSchedule.withPredictionType(predictionType);
            return new Backbone(path, loaded.tokenizer, schedule, loaded.model, loaded.previews);
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /**
     * Opens this model once more with a LoRA added to its weights: that of the UNet's, and of the text encoder's where
     * the file holds them. Training and generating see the sum. Like this model, the new one is closed by whoever has
     * it, and it stays usable when this one is closed. Nothing native is opened before a model is used, so that one
     * which only gave another need not be closed:
     *
     * <pre>{@code
     * try (Backbone backbone = Backbone.load(model).withLora(Path.of("ink.safetensors"), 0.8)) {
     *     backbone.generate(List.of("a horse"), GenerationOptions.newBuilder().build());
     * }
     * }</pre>
     *
     * @param file a LoRA of this model's kind, with names as kohya's sd-scripts, diffusers or PEFT write them
     * @param weight how much of it is added: 1 all of it, 0 nothing, below 0 the opposite
     * @return the open model; the caller closes it
     * @throws IOException if the file cannot be read
     * @throws org.lamp4j.errors.ModelFormatException if it is no LoRA, or one of another architecture or of a kind that
     *     is not supported (DoRA, LoHa, LoKr); the message names the tensor
     * @throws IllegalArgumentException if the weight is not finite
     * @throws IllegalStateException if this model is closed
     */
    public Backbone withLora(Path file, double weight) throws IOException {
        return withLoras(List.of(new LoraFile(file, weight)));
    }

    /**
     * Opens this model once more with several LoRAs added to its weights, as {@link #withLora} does with one. The order
     * does not matter but for rounding.
     *
     * @param loras the files and how much of each is added, to those that are added already
     * @return the open model; the caller closes it
     * @throws IOException as {@link #withLora} does
     * @throws IllegalStateException if this model is closed
     */
    public Backbone withLoras(List<LoraFile> loras) throws IOException {
        return of(path, tokenizer, noiseSchedule, model().withLoras(loras)).withOwnPreviewDecoder();
    }

    /**
     * Opens this model once more with the words of a textual inversion embedding, as {@link #withEmbedding(Path,
     * String)} does, each called as the file names it: by the tokens in a file of diffusers, by the name in one of
     * AUTOMATIC1111's web UI, or else by the file's own name.
     *
     * @param file {@code .safetensors}, {@code .pt} or {@code .bin}
     * @return the open model; the caller closes it
     * @throws IOException if the file cannot be read or is no embedding for this model
     */
    public Backbone withEmbedding(Path file) throws IOException {
        return withEmbedding(file, Optional.empty());
    }

    /**
     * Opens this model once more with the word of a textual inversion embedding; as with {@link #withLora}, each of the
     * two is closed on its own. In prompts and captions the word stands for what the embedding has learned; clips and
     * patterns that used it have its hash in their provenance.
     *
     * @param file {@code .safetensors}, {@code .pt} or {@code .bin}, as diffusers or AUTOMATIC1111's web UI save it
     * @param word what it is called in prompts, in upper or lower case
     * @return the open model; the caller closes it
     * @throws IOException if the file cannot be read
     * @throws org.lamp4j.errors.ModelFormatException if it is no embedding, has several words, or is one for another
     *     kind of model
     * @throws IllegalArgumentException if the word is blank or taken, or has more vectors than a prompt has tokens
     * @throws IllegalStateException if this model is closed
     * @see <a href="https://arxiv.org/abs/2208.01618">Gal et al., An Image is Worth One Word</a>
     */
    public Backbone withEmbedding(Path file, String word) throws IOException {
        return withEmbedding(file, Optional.of(word));
    }

    private Backbone withEmbedding(Path file, Optional<String> word) throws IOException {
        BackboneModel.WithEmbedding made = model().withEmbedding(file, word);
        try {
            ClipTokenizer more = tokenizer;
            for (AddedWord added : made.words()) {
                more = more.withWord(added);
            }
            return of(path, more, noiseSchedule, made.model()).withOwnPreviewDecoder();
        } catch (RuntimeException e) {
            made.model().close();
            throw e;
        }
    }

    static Backbone open(Path path, Device device, BackboneProvider provider) throws IOException {
        if (Files.isDirectory(path)) {
            ModelLinks.check(path, FOLDERS);
            ClipTokenizer tokenizer = ClipTokenizer.read(path.resolve("tokenizer"));
            NoiseSchedule schedule = NoiseSchedule.read(path.resolve("scheduler"));
            return of(path, tokenizer, schedule, provider.open(path, device)).withOwnPreviewDecoder();
        }
        if (!Files.exists(path)) {
            throw new IOException("expected a model folder or file, but " + path + " does not exist");
        }
        BackboneModel model = provider.open(path, device);
        try {
            SingleFileModel file = model.singleFile()
                    .orElseThrow(() -> new IOException("expected a model folder, but " + path + " is a file"));
            return of(path, SingleFileTokenizer.of(path, file), file.noiseSchedule(), model);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Returns where the model lies.
     *
     * @return the folder or file it was loaded from
     */
    public Path path() {
        return path;
    }

    /**
     * Returns the tokenizer.
     *
     * @return the tokenizer; usable after closing
     */
    public ClipTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * Returns the noise schedule.
     *
     * @return the schedule; usable after closing
     */
    public NoiseSchedule noiseSchedule() {
        return noiseSchedule;
    }

    /**
     * Returns the hash of all that changes what a pattern means, by which it knows its base: the UNet's architecture
     * and weights, its prediction type, the noise schedule, the scale of latents, and the LoRAs that are added. The
     * first call reads all of the UNet.
     *
     * @return {@code v2:sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException if this model is closed, or the UNet's file has been written to since it was opened
     */
    public String fingerprint() {
        return base().value();
    }

    /** Returns what patterns of this model know it by. */
    BaseFingerprint base() {
        return model().baseFingerprint(noiseSchedule);
    }

    /** Returns what training and generating use of this model. */
    FrozenModel frozen() {
        BackboneModel open = model();
        return new FrozenModel(open, noiseSchedule, PromptEncoder.of(tokenizer, open.textEncoder()), previews);
    }

    /**
     * Returns the networks of this model: for measurements, checks and tools. Learning and generating need none of it.
     *
     * @return the model, usable until this one is closed, and closed by it
     * @throws IllegalStateException if this model is closed
     */
    public BackboneModel model() {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it was closed (" + path + ")");
        }
        return model;
    }

    /**
     * Makes {@linkplain org.lamp4j.generation.Preview previews} of this model with a small decoder from now on: sharp
     * and of the frame size. Without one, a linear map from latents to colours makes them, small and blurred, which is
     * fitted to the auto-encoder when first asked for. A model folder's own decoder, in {@code taesd/}, is taken by
     * itself.
     *
     * @param path the decoder of TAESD, a {@code .safetensors} or {@code .pth} file in its own layout
     *     ({@code taesd_decoder}) or that of diffusers' AutoencoderTiny, or a folder with such a file. That of Stable
     *     Diffusion XL has the same layout and gives wrong colours
     * @throws IOException if there is none or it cannot be used; the message names file and tensor
     * @throws IllegalStateException if this model is closed
     * @see <a href="https://github.com/madebyollin/taesd">TAESD</a>
     */
    public void usePreviewDecoder(Path path) throws IOException {
        previews.use(model().previewDecoder(path));
    }

    /** Takes the decoder for previews that lies in the model's folder, if there is one; closes the model on failure. */
    private Backbone withOwnPreviewDecoder() throws IOException {
        Path decoder = path.resolve(TAESD);
        if (Files.isDirectory(decoder)) {
            try {
                usePreviewDecoder(decoder);
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }
        return this;
    }

    /**
     * Encodes a prompt. A prompt longer than {@link ClipTokenizer#maxLength()} is cut, which is logged.
     *
     * @param prompt any text of at most {@value ClipTokenizer#MAX_PROMPT_LENGTH} characters, may be empty
     * @return text hidden states {@code [1, N, D]}
     * @throws IllegalArgumentException if the prompt is longer
     * @throws IllegalStateException if this model is closed
     */
    public FloatTensor encodePrompt(String prompt) {
        return frozen().prompts().encode(prompt);
    }

    /**
     * Generates still images with the base model alone, all in one batch.
     *
     * @param prompts what the images show, at least one
     * @param options their sampling, frame size, seed and listener are taken
     * @return the images, of the frame size, with prompt and options as their provenance
     * @throws IllegalArgumentException if there is no prompt, the frame size is no multiple of the auto-encoder's
     *     factor, or the schedule does not allow that number of steps
     * @throws IllegalStateException if this model is closed
     * @throws org.lamp4j.errors.StoppedException if the listener stops the generation or the thread is interrupted,
     *     whose flag stays set
     */
    public List<RgbImage> generate(List<String> prompts, GenerationOptions options) {
        List<RgbImage> images = new ArrayList<>();
        for (RgbImage image : new ImageGenerator(frozen()).generate(prompts, options)) {
            images.add(image.withProvenance(provenance(prompts.get(images.size()), options)));
        }
        return images;
    }

    private Map<String, String> provenance(String prompt, GenerationOptions options) {
        Map<String, String> made = new LinkedHashMap<>();
        made.put("prompt", prompt);
        made.putAll(options.toProvenance());
        made.keySet().removeAll(OF_CLIPS);
        sign(made);
        return made;
    }

    /** Says in a provenance which model and which version of the library it is of. */
    void sign(Map<String, String> made) {
        made.put(PatternMetadata.BASE_FINGERPRINT, fingerprint());
        made.put("library_version", LibraryVersion.current());
    }

    /**
     * Checks that {@link MotionPattern#edit} will take a clip and options. A pattern for it is trained first, so that
     * what would be refused after hours is refused before.
     *
     * @param source the clip to edit
     * @param options how the new clip will be generated
     * @return the clip
     * @throws IllegalArgumentException if the source has another number of frames than the options, the sampler is not
     *     DDIM, the frame size is no multiple of the auto-encoder's factor, or the schedule does not allow that number
     *     of steps
     * @throws IllegalStateException if this model is closed
     */
    public VideoClip requireEditable(VideoClip source, GenerationOptions options) {
        VideoGenerator.requireEditable(model(), noiseSchedule, source, options);
        return source;
    }

    /** Frees the model. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            model.close();
        }
    }

    /** Returns where it lies and the device. */
    @Override
    public String toString() {
        return "Backbone[" + path + ", " + (closed ? "closed" : model.deviceDescription()) + "]";
    }
}
