/**
 * Errors that a program can tell apart. Each message says what was expected, what was found, and where.
 *
 * <p>Two roots, because a file that cannot be used is an {@link java.io.IOException} like one that cannot be read:
 * {@link org.lamp4j.errors.LampException}, unchecked, for what may go wrong anywhere, and
 * {@link org.lamp4j.errors.ModelFormatException}, checked, for what a model's, a pattern's or a checkpoint's file
 * holds. {@code catch (LampException | ModelFormatException e)} catches both and nothing else. An
 * {@link IllegalArgumentException} is about an argument, an {@link IllegalStateException} about something that is
 * closed, and any other {@link java.io.IOException} about a file that is missing or cannot be read or written.
 */
@NullMarked
package org.lamp4j.errors;

import org.jspecify.annotations.NullMarked;
