package org.lamp4j.config;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A key of LAMP's files that says something here, its group before a point. */
enum ConfigKey {
    MODEL("pretrained_model_path"),
    OUTPUT("output_dir"),
    CLIPS("train_data.video_root"),
    FRAMES("train_data.n_sample_frames"),
    WIDTH("train_data.width"),
    HEIGHT("train_data.height"),
    STRIDE("train_data.sample_frame_rate"),
    VALIDATION_IMAGES("validation_data.image_path"),
    VALIDATION_PROMPTS("validation_data.prompts"),
    VALIDATION_FRAMES("validation_data.video_length"),
    VALIDATION_WIDTH("validation_data.width"),
    VALIDATION_HEIGHT("validation_data.height"),
    SAMPLING_STEPS("validation_data.num_inference_steps"),
    GUIDANCE("validation_data.guidance_scale"),
    INVERSION("validation_data.use_inv_latent"),
    INVERSION_STEPS("validation_data.num_inv_steps"),
    LEARNING_RATE("learning_rate"),
    BATCH("train_batch_size"),
    ACCUMULATION("gradient_accumulation_steps"),
    STEPS("max_train_steps"),
    CHECKPOINT_STEPS("checkpointing_steps"),
    VALIDATION_STEPS("validation_steps"),
    MODULES("trainable_modules"),
    SEED("seed"),
    PRECISION("mixed_precision"),
    BETA_1("adam_beta1"),
    BETA_2("adam_beta2"),
    WEIGHT_DECAY("adam_weight_decay"),
    EPSILON("adam_epsilon"),
    GRADIENT_CHECKPOINTING("gradient_checkpointing"),
    GRADIENT_NORM("max_grad_norm");

    /**
     * What has no counterpart: windows begin anywhere in a clip, moments have 32 bits, and attention never writes its
     * weights down.
     */
    static final Set<String> UNUSED =
            Set.of("train_data.sample_start_idx", "use_8bit_adam", "enable_xformers_memory_efficient_attention");

    /** All known keys, in an order of their own, so that the nearest of equals is always the same. */
    static final Set<String> ALL =
            Arrays.stream(values()).map(key -> key.text).collect(Collectors.toCollection(TreeSet::new));

    static {
        ALL.addAll(UNUSED);
    }

    final String text;

    ConfigKey(String text) {
        this.text = text;
    }
}
