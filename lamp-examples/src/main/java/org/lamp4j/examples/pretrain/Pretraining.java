package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.files.OwnFolder;
import org.lamp4j.onnx.pretraining.AutoencoderBatch;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.DenoisingBatch;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.pretraining.NetworkTraining;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.ClipTokenizerTrainer;

/**
 * Makes a small text-to-image model from nothing, or from another that it made, in the layout of Stable Diffusion v1.
 *
 * <ol>
 *   <li>A tokenizer is learned from captions.
 *   <li>An auto-encoder is trained on drawings.
 *   <li>Many scenes are encoded, which also tells the latents' scale.
 *   <li>Text encoder and UNet are trained on them together.
 * </ol>
 *
 * <p>It can be stopped at any time; another run with the same folder and recipe goes on where it was. The model in the
 * folder is always complete and as good as it has become.
 */
public final class Pretraining {

    private static final int CAPTIONS_FOR_TOKENIZER = 20_000;

    private final Path folder;
    private final Recipe recipe;
    private final Device device;
    private final Optional<Path> start;
    private final BaseModel files;

    /**
     * Prepares a run.
     *
     * @param folder where the model, the state to go on from, the log and the images go; made if it is not there
     * @param recipe what is trained and how
     * @param device what it is trained on; a GPU takes each batch whole
     * @param start a model that this made, to be trained further with its own tokenizer; empty to begin with nothing
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public Pretraining(Path folder, Recipe recipe, Device device, Optional<Path> start) {
        this.folder = folder;
        this.recipe = NetworkTraining.takesBatchesWhole(device) ? recipe.inOneShard() : recipe;
        this.device = device;
        this.start = start;
        this.files = new BaseModel(model());
    }

    /**
     * Returns where the model is.
     *
     * @return a folder that {@link Backbone#load(Path)} takes, once the auto-encoder is trained
     */
    public Path model() {
        return folder.resolve("model");
    }

    /**
     * Trains until the model is done or the time is up.
     *
     * @param limit how long at most
     * @param listener hears of every fifty steps, and may stop it
     * @return whether the model is done; if not, the time is up and another run goes on with it
     * @throws IOException if a file cannot be read or written, the folder is of another recipe or holds anything else,
     *     or another run has it
     * @throws StoppedException if the listener says stop or the thread is interrupted, whose flag stays set; another
     *     run goes on
     */
    public boolean run(Duration limit, ProgressListener<PretrainingProgress> listener) throws IOException {
        return OwnFolder.during(folder, "pretrain", () -> runAlone(limit, listener));
    }

    private boolean runAlone(Duration limit, ProgressListener<PretrainingProgress> listener) throws IOException {
        try (PretrainingLog log = new PretrainingLog(folder.resolve("log.csv"), limit, listener)) {
            ClipTokenizer tokenizer = tokenizer();
            Recipe exact = recipe.withVocabulary(tokenizer.vocabularySize());
            AutoencoderStage autoencoder = new AutoencoderStage(exact);
            DenoiserStage denoiser = new DenoiserStage(exact, tokenizer);
            InitialValues initial =
                    start.isPresent() ? InitialValues.ofModel(start.get()) : InitialValues.random(recipe.seed());
            try (Stage<AutoencoderBatch> autoencoding = autoencoder.open(folder, initial, device);
                    Stage<DenoisingBatch> denoising = denoiser.open(folder, initial, device)) {
                if (!Files.exists(model().resolve("vae"))) {
                    autoencoder.write(files, autoencoding, 1);
                }
                denoiser.write(files, denoising);
                boolean done = train(autoencoder, autoencoding, log) && train(denoiser, denoising, autoencoding, log);
                if (!done && log.isStopped()) {
                    throw new StoppedException(
                            "pre-training was stopped; another run goes on with it (" + folder + ")");
                }
                return done;
            }
        }
    }

    private ClipTokenizer tokenizer() throws IOException {
        Path target = model().resolve("tokenizer");
        if (!Files.exists(target)) {
            files.writeSchedule();
            ClipTokenizer begun =
                    start.isPresent() ? ClipTokenizer.read(start.get().resolve("tokenizer")) : learnedTokenizer();
            begun.write(target);
        }
        return ClipTokenizer.read(target);
    }

    private ClipTokenizer learnedTokenizer() {
        SceneSampler scenes = new SceneSampler(RandomSource.stream(recipe.seed(), "captions", 0), recipe.variety());
        List<String> captions = scenes.next(CAPTIONS_FOR_TOKENIZER).stream()
                .map(CaptionedScene::caption)
                .toList();
        return ClipTokenizerTrainer.newBuilder()
                .vocabularySize(recipe.text().vocabularySize())
                .maxLength(recipe.text().positions())
                .build()
                .train(captions);
    }

    private boolean train(AutoencoderStage autoencoder, Stage<AutoencoderBatch> stage, PretrainingLog log)
            throws IOException {
        if (stage.isDone()) {
            return true;
        }
        SampleImages samples = new SampleImages(model(), folder, recipe, device);
        return stage.run(autoencoder::batch, log.of(recipe.autoencoder(), done -> {
            autoencoder.write(files, stage, 1);
            samples.reconstruct(done);
        }));
    }

    private boolean train(
            DenoiserStage denoiser,
            Stage<DenoisingBatch> stage,
            Stage<AutoencoderBatch> autoencoding,
            PretrainingLog log)
            throws IOException {
        if (stage.isDone()) {
            return true;
        }
        Optional<LatentScenes> encoded;
        try (Backbone backbone = Backbone.load(model(), device)) {
            encoded = LatentScenes.encode(backbone.model().latentCodec(), recipe, log::encoded);
        }
        if (encoded.isEmpty()) {
            return false;
        }
        LatentScenes scenes = encoded.get();
        new AutoencoderStage(recipe).write(files, autoencoding, scenes.scalingFactor());
        NoiseSchedule noise = NoiseSchedule.read(model().resolve("scheduler"));
        SampleImages samples = new SampleImages(model(), folder, recipe, device);
        return stage.run(step -> denoiser.batch(step, scenes, noise), log.of(recipe.denoiser(), done -> {
            denoiser.write(files, stage);
            samples.generate(done);
        }));
    }
}
