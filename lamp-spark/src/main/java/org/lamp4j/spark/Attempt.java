package org.lamp4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.files.PrintableText;

/**
 * What came of a request: a result, or why there is none for reasons of its own. What is wrong with the machine, with
 * the model or with the place of results is thrown on: Spark tries the task again elsewhere.
 *
 * @param result empty if it failed
 * @param error empty if it did not
 */
record Attempt<T>(Optional<T> result, Optional<String> error) {

    /** Does what a request asks for. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does something that gives no result. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    static <T> Attempt<T> of(Work<T> work) {
        try {
            return new Attempt<>(Optional.of(work.run()), Optional.empty());
        } catch (IOException | IllegalArgumentException | NonFiniteException | TrainingDivergedException ofItsOwn) {
            String message = ofItsOwn.getMessage();
            return new Attempt<>(
                    Optional.empty(), Optional.of(PrintableText.line(message == null ? ofItsOwn.toString() : message)));
        }
    }

    /** Does what no request is to blame for if it fails. */
    static <T> T essential(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Does, as {@link #essential} does, what gives no result. */
    static void essentialStep(Step step) {
        Work<Optional<?>> work = () -> {
            step.run();
            return Optional.empty();
        };
        essential(work);
    }
}
