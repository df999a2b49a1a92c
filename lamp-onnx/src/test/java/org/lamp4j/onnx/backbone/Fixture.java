package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A tiny model with what the original implementation computes from it, its tensors as the library's. */
final class Fixture {

    private final ReferenceFixture files;

    private Fixture(String name) {
        files = ReferenceFixture.open(name);
    }

    /** The fixture with all networks. */
    static Fixture whole() {
        return new Fixture("sd14-mini");
    }

    /** What a single file of the form of Stable Diffusion 2 gives; its weights follow a rule. */
    static Fixture secondVersion() {
        return new Fixture("sd2-form");
    }

    /** The whole one, and one of other sizes that has no UNet. */
    static Stream<Fixture> all() {
        return Stream.of(whole(), new Fixture("odd-shapes"));
    }

    Path model() {
        return files.folder().resolve("model");
    }

    Path motion() {
        return files.folder().resolve("motion");
    }

    FloatTensor tensor(String name) {
        return FloatTensor.of(Shape.of(files.shape(name)), files.floats(name));
    }

    List<String> names(String prefix) {
        return files.names(prefix);
    }

    int[] timesteps(String name) {
        return files.ints(name);
    }

    List<int[]> tokenIds() {
        int[] all = files.ints("text.input_ids");
        int length = files.shape("text.input_ids")[1];
        List<int[]> rows = new ArrayList<>();
        for (int from = 0; from < all.length; from += length) {
            rows.add(Arrays.copyOfRange(all, from, from + length));
        }
        return rows;
    }

    JsonNode scalar(String name) {
        return files.scalars().get(name);
    }

    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        scalar(name).forEach(node -> strings.add(node.asText()));
        return strings;
    }

    static double error(FloatTensor actual, FloatTensor reference) {
        return actual.shape().equals(reference.shape())
                ? ReferenceFixture.relativeError(actual.values(), reference.values())
                : Double.NaN;
    }

    static double norm(FloatTensor tensor) {
        return ReferenceFixture.norm(tensor.values());
    }

    static double squares(FloatBuffer values) {
        return ReferenceFixture.squares(values);
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
