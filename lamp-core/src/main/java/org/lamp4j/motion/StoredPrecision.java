package org.lamp4j.motion;

/** The precision in which the values of a pattern are stored in a file. */
public enum StoredPrecision {
    /** Four bytes a value, nothing lost. */
    FLOAT32,
    /** Two bytes a value, about three decimal digits. */
    FLOAT16
}
