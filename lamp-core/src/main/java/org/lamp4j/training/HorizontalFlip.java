package org.lamp4j.training;

/** Whether clips are mirrored in training. */
public enum HorizontalFlip {
    /** Never. The default: a motion that has a direction must not be learned in both. */
    OFF,
    /** Each time a clip is drawn, mirrored with probability one half, as LAMP's released program does. */
    RANDOM
}
