package org.lamp4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A reference fixture whose tensors are the library's. */
public final class Fixture {

    private final ReferenceFixture files;

    private Fixture(ReferenceFixture files) {
        this.files = files;
    }

    /** Opens the fixture of that name. */
    public static Fixture open(String name) {
        return new Fixture(ReferenceFixture.open(name));
    }

    /** Returns a folder of the model folder. */
    public Path model(String part) {
        return files.folder().resolve("model").resolve(part);
    }

    /** Returns the numbers and texts of the case. */
    public JsonNode scalars() {
        return files.scalars();
    }

    /** Returns a float32 tensor. */
    public FloatTensor floats(String name) {
        return FloatTensor.of(Shape.of(files.shape(name)), files.floats(name));
    }

    /** Returns an int64 tensor's values. */
    public int[] ints(String name) {
        return files.ints(name);
    }

    /** Returns ‖actual − expected‖ / ‖expected‖; NaN if anything is. */
    public static double relativeError(FloatTensor actual, FloatTensor expected) {
        return ReferenceFixture.relativeError(actual.values(), expected.values());
    }
}
