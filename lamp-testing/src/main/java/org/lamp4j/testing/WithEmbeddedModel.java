package org.lamp4j.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit extension that gives the {@link EmbeddedModel} to tests with a parameter of type {@link org.lamp4j.Backbone}.
 *
 * <p>The model is opened on the CPU for the first test of a class that asks for it, and closed after the last test of
 * that class, those of nested classes included. All of them have the same one, from several threads as well, and do not
 * close it.
 *
 * <pre>{@code
 * @WithEmbeddedModel
 * class AnimationTest {
 *     @Test
 *     void generate_prompt_givesSixteenFrames(Backbone backbone) {
 *         ...
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(EmbeddedModelExtension.class)
@SuppressWarnings("exports") // JUnit alone makes the extension.
public @interface WithEmbeddedModel {}
