package org.lamp4j.diffusion;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A noise schedule: how much noise a latent holds at each training timestep, and the arithmetic between latents, noise
 * and what a network predicts. Immutable; safe for several threads.
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><td>t</td><td>training timestep, 0 (least noise) to T-1</td></tr>
 *   <tr><td>β<sub>t</sub></td><td>variance added at t</td></tr>
 *   <tr><td>ᾱ<sub>t</sub></td><td>product of 1-β over 0 to t: the share of the clean latent's variance left at t</td></tr>
 *   <tr><td>z, ε</td><td>clean latent, standard normal noise</td></tr>
 *   <tr><td>z<sub>t</sub></td><td>sqrt(ᾱ<sub>t</sub>) z + sqrt(1-ᾱ<sub>t</sub>) ε</td></tr>
 *   <tr><td>v</td><td>sqrt(ᾱ<sub>t</sub>) ε - sqrt(1-ᾱ<sub>t</sub>) z</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al., DDPM</a>, equation 4
 */
public final class NoiseSchedule {

    private static final String FILE = "scheduler_config.json";

    /** Stands for 0, as in diffusers. */
    private static final float LEAST_ALPHA = 0x1p-24f;

    private final NoiseScheduleConfig config;
    private final FloatTensor alphasCumprod;

    private NoiseSchedule(NoiseScheduleConfig config) {
        this.config = config;
        FloatTensor products = cumulativeProduct(config.betas());
        this.alphasCumprod = config.zeroTerminalSnr() ? rescaled(products) : products;
    }

    /**
     * Returns the schedule of Stable Diffusion 1 and 2: 1000 steps, β from 0.00085 to 0.012, their roots evenly spaced.
     *
     * @param predictionType what the network predicts
     * @return the schedule
     */
    public static NoiseSchedule stableDiffusion(PredictionType predictionType) {
        return new NoiseSchedule(NoiseScheduleConfig.stableDiffusion(predictionType));
    }

    /**
     * Returns this schedule for a network that predicts something else.
     *
     * @param predictionType what the network predicts
     * @return a schedule of the same β
     * @throws IllegalArgumentException if the schedule ends in pure noise, of which only v can be predicted
     */
    public NoiseSchedule withPredictionType(PredictionType predictionType) {
        if (config.zeroTerminalSnr() && predictionType != PredictionType.V_PREDICTION) {
            throw new IllegalArgumentException("expected v_prediction for a schedule that ends in pure noise, but was "
                    + predictionType.configName());
        }
        return new NoiseSchedule(config.with(predictionType));
    }

    /**
     * Returns this schedule rescaled so that its last timestep is pure noise, as finetunes with "zero terminal SNR" are
     * trained.
     *
     * @return the schedule; its last ᾱ is 2<sup>-24</sup>, so that a sampler can divide by its root
     * @throws IllegalStateException if the network predicts noise
     * @see <a href="https://arxiv.org/abs/2305.08891">Lin et al.</a>, algorithm 1
     */
    public NoiseSchedule withZeroTerminalSnr() {
        if (predictionType() != PredictionType.V_PREDICTION) {
            throw new IllegalStateException("expected v_prediction for a schedule that ends in pure noise, but was "
                    + predictionType().configName());
        }
        return new NoiseSchedule(config.withZeroTerminalSnr());
    }

    /**
     * Tells whether the last timestep is pure noise.
     *
     * @return whether the schedule was rescaled to zero terminal SNR
     */
    public boolean endsInPureNoise() {
        return config.zeroTerminalSnr();
    }

    /**
     * Reads the schedule of a model folder.
     *
     * @param schedulerFolder the folder that holds {@code scheduler_config.json}
     * @return the schedule
     * @throws IOException if the file is missing, is no JSON or asks for something this class does not do; the message
     *     names file, key and value
     */
    public static NoiseSchedule read(Path schedulerFolder) throws IOException {
        return new NoiseSchedule(NoiseScheduleConfig.read(schedulerFolder.resolve(FILE)));
    }

    /** β is float32 as in the reference; its product is taken in double and rounded, which comes closest to it. */
    private static FloatTensor cumulativeProduct(float[] betas) {
        float[] products = new float[betas.length];
        double product = 1;
        for (int timestep = 0; timestep < betas.length; timestep++) {
            product *= 1 - betas[timestep];
            products[timestep] = (float) product;
        }
        return FloatTensor.of(Shape.of(products.length), products);
    }

    /** Moves and stretches √ᾱ so that its first value stays and its last becomes 0. */
    private static FloatTensor rescaled(FloatTensor products) {
        int last = Math.toIntExact(products.shape().elementCount()) - 1;
        double first = Math.sqrt(products.valueAt(0));
        double end = Math.sqrt(products.valueAt(last));
        return FloatTensor.generate(products.shape(), timestep -> {
            double root = (Math.sqrt(products.valueAt(timestep)) - end) * first / (first - end);
            return timestep == last ? LEAST_ALPHA : (float) (root * root);
        });
    }

    /**
     * Writes the schedule as diffusers reads it.
     *
     * @param schedulerFolder where to; made if it is not there
     * @throws IOException if it cannot be written
     */
    public void write(Path schedulerFolder) throws IOException {
        String json = StrictJson.indented(config.json());
        AtomicFolder.write(schedulerFolder, folder -> AtomicFile.write(folder.resolve(FILE), json));
    }

    /**
     * Returns the number of training timesteps.
     *
     * @return T, 1000 for Stable Diffusion
     */
    public int trainTimesteps() {
        return config.trainTimesteps();
    }

    /**
     * Returns what the network predicts.
     *
     * @return the prediction type
     */
    public PredictionType predictionType() {
        return config.predictionType();
    }

    /**
     * Returns how β comes about, by which two schedules can be told apart; sampling's own settings are not part of it.
     * Patterns know their base model by this, so that it must stay the same.
     *
     * @return such as {@code scaled_linear 8.5E-4 to 0.012 in 1000 timesteps}
     */
    public String description() {
        return config.betaSchedule() + " " + config.betaStart() + " to " + config.betaEnd() + " in "
                + config.trainTimesteps() + " timesteps" + (config.zeroTerminalSnr() ? ", the last pure noise" : "");
    }

    /**
     * Returns what is added to every sampling timestep.
     *
     * @return 1 for Stable Diffusion
     */
    public int stepsOffset() {
        return config.stepsOffset();
    }

    /**
     * Returns ᾱ of every timestep.
     *
     * @return {@code [T]}, falling from almost 1 to almost 0
     */
    public FloatTensor alphasCumprod() {
        return alphasCumprod;
    }

    /**
     * Returns ᾱ of one timestep.
     *
     * @param timestep 0 to T-1; a negative one stands for the clean latent at the end of sampling
     * @return ᾱ; for a negative timestep 1 if the configuration says {@code set_alpha_to_one}, else ᾱ<sub>0</sub>
     * @throws IllegalArgumentException if the timestep is T or more
     */
    public float alphaCumprod(int timestep) {
        if (timestep >= trainTimesteps()) {
            throw new IllegalArgumentException(
                    "expected a timestep below " + trainTimesteps() + ", but was " + timestep + " (NoiseSchedule)");
        }
        if (timestep < 0) {
            return config.setAlphaToOne() ? 1 : alphasCumprod.valueAt(0);
        }
        return alphasCumprod.valueAt(timestep);
    }

    /**
     * Adds noise to clean latents: z<sub>t</sub>.
     *
     * @param clean {@code [B, …]}, scaled latents
     * @param noise same shape, unit variance
     * @param timesteps timestep of each of the B latents
     * @return the noisy latents, same shape
     * @throws ShapeMismatchException if the shapes differ
     * @throws IllegalArgumentException if the number of timesteps is not B or one is not in 0 to T-1
     */
    public FloatTensor addNoise(FloatTensor clean, FloatTensor noise, int[] timesteps) {
        ShapeMismatchException.check("noise", clean.shape(), noise.shape(), "NoiseSchedule.addNoise");
        double[] signal = new double[timesteps.length];
        double[] spread = new double[timesteps.length];
        roots(clean.shape(), timesteps, signal, spread);
        int perLatent = perLatent(clean.shape());
        return FloatTensor.generate(clean.shape(), index -> {
            int latent = index / perLatent;
            return (float) (signal[latent] * clean.valueAt(index) + spread[latent] * noise.valueAt(index));
        });
    }

    /**
     * Returns what the network should say of {@link #addNoise noisy} latents: ε, or v for a {@code v_prediction} model.
     *
     * @param clean {@code [B, …]}, scaled latents
     * @param noise same shape, unit variance
     * @param timesteps timestep of each of the B latents
     * @return the target, same shape
     * @throws ShapeMismatchException if the shapes differ
     * @throws IllegalArgumentException if the number of timesteps is not B or one is not in 0 to T-1
     */
    public FloatTensor target(FloatTensor clean, FloatTensor noise, int[] timesteps) {
        ShapeMismatchException.check("noise", clean.shape(), noise.shape(), "NoiseSchedule.target");
        double[] signal = new double[timesteps.length];
        double[] spread = new double[timesteps.length];
        roots(clean.shape(), timesteps, signal, spread);
        if (predictionType() == PredictionType.EPSILON) {
            return noise;
        }
        int perLatent = perLatent(clean.shape());
        return FloatTensor.generate(clean.shape(), index -> {
            int latent = index / perLatent;
            return (float) (signal[latent] * noise.valueAt(index) - spread[latent] * clean.valueAt(index));
        });
    }

    /**
     * Turns the network's raw output into predicted noise: ε̂ itself, or sqrt(ᾱ) v + sqrt(1-ᾱ) z<sub>t</sub>.
     *
     * @param output raw network output, after guidance
     * @param latents the noisy latents z<sub>t</sub> it was computed from; same shape
     * @param timestep their timestep, 0 to T-1
     * @return the predicted noise, same shape
     * @throws ShapeMismatchException if the shapes differ
     * @throws IllegalArgumentException if the timestep is T or more
     */
    public FloatTensor predictedNoise(FloatTensor output, FloatTensor latents, int timestep) {
        ShapeMismatchException.check("output", latents.shape(), output.shape(), "NoiseSchedule.predictedNoise");
        if (predictionType() == PredictionType.EPSILON) {
            return output;
        }
        double alpha = alphaCumprod(timestep);
        return output.weighted((float) Math.sqrt(alpha), (float) Math.sqrt(1 - alpha), latents);
    }

    /**
     * Returns the clean latents that a prediction leads to: x<sub>0</sub> = (z<sub>t</sub> - sqrt(1-ᾱ) ε̂) / sqrt(ᾱ).
     *
     * @param latents the noisy latents z<sub>t</sub>, scaled
     * @param predictedNoise the noise ε̂ in them; same shape, unit variance
     * @param timestep their timestep, 0 to T-1
     * @return x<sub>0</sub>, same shape, scaled
     * @throws ShapeMismatchException if the shapes differ
     * @throws IllegalArgumentException if the timestep is T or more
     */
    public FloatTensor predictedClean(FloatTensor latents, FloatTensor predictedNoise, int timestep) {
        ShapeMismatchException.check(
                "predicted noise", latents.shape(), predictedNoise.shape(), "NoiseSchedule.predictedClean");
        NoiseLevel level = NoiseLevel.at(this, timestep);
        return FloatTensor.generate(
                latents.shape(), index -> (float) level.clean(latents.valueAt(index), predictedNoise.valueAt(index)));
    }

    private void roots(Shape shape, int[] timesteps, double[] signal, double[] spread) {
        if (shape.rank() == 0 || shape.size(0) != timesteps.length) {
            throw new IllegalArgumentException(
                    "expected one timestep for each latent of " + shape + ", but was " + timesteps.length);
        }
        for (int latent = 0; latent < timesteps.length; latent++) {
            if (timesteps[latent] < 0) {
                throw new IllegalArgumentException("expected a timestep of 0 or more, but was " + timesteps[latent]);
            }
            double alpha = alphaCumprod(timesteps[latent]);
            signal[latent] = Math.sqrt(alpha);
            spread[latent] = Math.sqrt(1 - alpha);
        }
    }

    private static int perLatent(Shape shape) {
        return Math.max(1, Math.toIntExact(shape.elementCount() / Math.max(1, shape.size(0))));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NoiseSchedule that && config.equals(that.config);
    }

    @Override
    public int hashCode() {
        return config.hashCode();
    }

    @Override
    public String toString() {
        return description() + ", " + predictionType();
    }
}
