package org.lamp4j.onnx.backbone;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.format.OnnxFile;
import org.lamp4j.onnx.format.OnnxFile.Port;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.FileSession;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** A network that lies there as an ONNX file, with one input, in a session. */
final class OnnxNetwork implements AutoCloseable {

    private static final List<ElementType> FLOATS = List.of(ElementType.FLOAT, ElementType.FLOAT16);
    private static final List<ElementType> NUMBERS = List.of(ElementType.INT64, ElementType.INT32);

    private final OnnxFile file;
    private final String input;
    private final Port port;
    private final FileSession session;

    private OnnxNetwork(OnnxFile file, String input, Port port, FileSession session) {
        this.file = file;
        this.input = input;
        this.port = port;
        this.session = session;
    }

    /**
     * Opens a network of images or latents.
     *
     * @param file the file
     * @param input the name that its only input must have
     * @param channels the channels that it must take, of one image of any size
     * @param device where to run it
     * @throws ModelFormatException if it has other inputs, or ONNX Runtime refuses it
     */
    static OnnxNetwork ofImages(OnnxFile file, String input, int channels, ComputeDevice device)
            throws ModelFormatException {
        Port port = requireInput(file, input, FLOATS, 1, channels, OnnxFile.ANY, OnnxFile.ANY);
        return new OnnxNetwork(file, input, port, FileSession.load(file.path(), device));
    }

    /**
     * Opens a network of token ids.
     *
     * @param file the file
     * @param input the name that its only input must have
     * @param positions the number of tokens that it must take, of one prompt
     * @param device where to run it
     * @throws ModelFormatException if it has other inputs, or ONNX Runtime refuses it
     */
    static OnnxNetwork ofTokens(OnnxFile file, String input, int positions, ComputeDevice device)
            throws ModelFormatException {
        Port port = requireInput(file, input, NUMBERS, 1, positions);
        return new OnnxNetwork(file, input, port, FileSession.load(file.path(), device));
    }

    private static Port requireInput(OnnxFile file, String input, List<ElementType> types, long... sizes)
            throws ModelFormatException {
        Port port = file.inputs().get(input);
        if (port == null || file.inputs().size() != 1) {
            throw refused(
                    "the input " + input + " and no other", names(file.inputs().keySet()), file);
        }
        return require(file, input, port, types, sizes);
    }

    /** Checks that a file has an output of floating point; a size is {@link OnnxFile#ANY} where any will do. */
    static void requireOutput(OnnxFile file, String output, long... sizes) throws ModelFormatException {
        Port port = file.outputs().get(output);
        if (port == null) {
            throw refused("an output " + output, names(file.outputs().keySet()), file);
        }
        require(file, output, port, FLOATS, sizes);
    }

    private static Port require(OnnxFile file, String name, Port port, List<ElementType> types, long... sizes)
            throws ModelFormatException {
        if (types.stream().noneMatch(type -> type.code() == port.elementType()) || !port.takes(sizes)) {
            Port expected =
                    new Port(types.get(0).code(), LongStream.of(sizes).boxed().toList());
            throw refused(name + " " + expected + " or " + types.get(1), port.toString(), file);
        }
        return port;
    }

    static ModelFormatException refused(String expected, String found, OnnxFile file) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + found + " (" + file.path() + ")", file.path());
    }

    static String names(Set<String> names) {
        return PrintableText.excerpt(names.stream().sorted().toList().toString());
    }

    List<FloatTensor> run(FloatTensor given, List<String> outputs) {
        try (NativeTensor tensor = NativeTensor.copyOf(checked(given.shape(), given), elementType(FLOATS))) {
            return run(tensor, outputs);
        }
    }

    FloatTensor run(int[] tokens, String output) {
        Shape shape = Shape.of(1, tokens.length);
        try (NativeTensor tensor = NativeTensor.copyOf(elementType(NUMBERS), shape, tokens)) {
            return run(tensor, List.of(output)).get(0);
        }
    }

    private List<FloatTensor> run(NativeTensor tensor, List<String> outputs) {
        file.requireUnchanged();
        return session.run(Map.of(input, tensor), outputs);
    }

    private FloatTensor checked(Shape shape, FloatTensor given) {
        if (!port.takes(shape.longSizes())) {
            throw new ShapeMismatchException("expected " + input + " " + port
                    + ", for which the file was exported, but was " + shape + " (" + file.path() + ")");
        }
        return given;
    }

    private ElementType elementType(List<ElementType> types) {
        return types.get(0).code() == port.elementType() ? types.get(0) : types.get(1);
    }

    /** Checks the shape of what a run gave. */
    FloatTensor require(FloatTensor result, Shape expected, String output) {
        if (!result.shape().equals(expected)) {
            throw new ShapeMismatchException(
                    "expected " + output + " " + expected + ", but was " + result.shape() + " (" + file.path() + ")");
        }
        return result;
    }

    @Override
    public void close() {
        session.close();
    }
}
