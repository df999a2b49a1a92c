package org.lamp4j.config;

import java.util.Set;
import java.util.TreeSet;

/** The keys of LAMP's files, groups before a point. */
final class ConfigKeys {

    static final String MODEL = "pretrained_model_path";
    static final String OUTPUT = "output_dir";
    static final String CLIPS = "train_data.video_root";
    static final String FRAMES = "train_data.n_sample_frames";
    static final String WIDTH = "train_data.width";
    static final String HEIGHT = "train_data.height";
    static final String STRIDE = "train_data.sample_frame_rate";
    static final String VALIDATION_IMAGES = "validation_data.image_path";
    static final String VALIDATION_PROMPTS = "validation_data.prompts";
    static final String VALIDATION_FRAMES = "validation_data.video_length";
    static final String VALIDATION_WIDTH = "validation_data.width";
    static final String VALIDATION_HEIGHT = "validation_data.height";
    static final String SAMPLING_STEPS = "validation_data.num_inference_steps";
    static final String GUIDANCE = "validation_data.guidance_scale";
    static final String INVERSION = "validation_data.use_inv_latent";
    static final String INVERSION_STEPS = "validation_data.num_inv_steps";
    static final String LEARNING_RATE = "learning_rate";
    static final String BATCH = "train_batch_size";
    static final String ACCUMULATION = "gradient_accumulation_steps";
    static final String STEPS = "max_train_steps";
    static final String CHECKPOINT_STEPS = "checkpointing_steps";
    static final String VALIDATION_STEPS = "validation_steps";
    static final String MODULES = "trainable_modules";
    static final String SEED = "seed";
    static final String PRECISION = "mixed_precision";
    static final String BETA_1 = "adam_beta1";
    static final String BETA_2 = "adam_beta2";
    static final String WEIGHT_DECAY = "adam_weight_decay";
    static final String EPSILON = "adam_epsilon";
    static final String GRADIENT_CHECKPOINTING = "gradient_checkpointing";
    static final String GRADIENT_NORM = "max_grad_norm";

    /**
     * What has no counterpart: windows begin anywhere in a clip, moments have 32 bits, and attention never writes its
     * weights down.
     */
    static final Set<String> UNUSED =
            Set.of("train_data.sample_start_idx", "use_8bit_adam", "enable_xformers_memory_efficient_attention");

    private static final Set<String> USED = Set.of(
            MODEL,
            OUTPUT,
            CLIPS,
            FRAMES,
            WIDTH,
            HEIGHT,
            STRIDE,
            VALIDATION_IMAGES,
            VALIDATION_PROMPTS,
            VALIDATION_FRAMES,
            VALIDATION_WIDTH,
            VALIDATION_HEIGHT,
            SAMPLING_STEPS,
            GUIDANCE,
            INVERSION,
            INVERSION_STEPS,
            LEARNING_RATE,
            BATCH,
            ACCUMULATION,
            STEPS,
            CHECKPOINT_STEPS,
            VALIDATION_STEPS,
            MODULES,
            SEED,
            PRECISION,
            BETA_1,
            BETA_2,
            WEIGHT_DECAY,
            EPSILON,
            GRADIENT_NORM,
            GRADIENT_CHECKPOINTING);

    /** All known keys, in an order of their own, so that the nearest of equals is always the same. */
    static final Set<String> ALL = new TreeSet<>(USED);

    static {
        ALL.addAll(UNUSED);
    }

    private ConfigKeys() {}
}
