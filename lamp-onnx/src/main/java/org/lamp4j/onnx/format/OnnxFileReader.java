package org.lamp4j.onnx.format;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.format.OnnxFile.Port;

/**
 * Walks through the protobuf of an ONNX file field by field, and keeps names and types only. What is skipped takes no
 * memory: a text encoder's file may have a gigabyte of weights.
 */
final class OnnxFileReader {

    /** Longer than any name of a node, which is the path of its module. */
    private static final int MAX_NAME_BYTES = 1 << 16;

    /** More inputs, outputs and files than any network of one piece has. */
    private static final int MAX_NAMES = 1 << 10;

    /** Messages within messages: a graph in a node of a graph is three further in. */
    private static final int MAX_DEPTH = 64;

    private static final int MAX_RANK = 16;

    /** Attributes whose numbers are axes. */
    private static final Set<String> AXES = Set.of("axis", "axes", "perm", "batch_dims");

    private static final String LOCATION = "location";

    final Map<String, Port> inputs = new LinkedHashMap<>();
    final Map<String, Port> outputs = new LinkedHashMap<>();
    final Set<String> operators = new LinkedHashSet<>();
    final Set<String> dataFiles = new LinkedHashSet<>();

    private final CodedInputStream input;
    private boolean hasGraph;
    private int depth;

    /** How the field is encoded whose tag was read last. */
    private int wire;

    /** Reads one field, whose number is given and whose tag has been read; whether it did. */
    @FunctionalInterface
    private interface Field {
        boolean read(int number) throws IOException;
    }

    /** The name and the port of an input or output, as far as they have been read. */
    private static final class Declared {
        private String name = "";
        private int elementType;
        private final List<Long> sizes = new ArrayList<>();
    }

    private OnnxFileReader(CodedInputStream input) {
        this.input = input;
    }

    static OnnxFileReader read(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            CodedInputStream input = CodedInputStream.newInstance(stream);
            input.setSizeLimit(Integer.MAX_VALUE);
            OnnxFileReader reader = new OnnxFileReader(input);
            reader.fields(reader::modelField);
            reader.require(reader.hasGraph, "a graph");
            return reader;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    "expected an ONNX model, whole, but was: " + e.getMessage() + " (" + file + ")", file, e);
        }
    }

    private void require(boolean fulfilled, String expected) throws InvalidProtocolBufferException {
        if (!fulfilled) {
            throw new InvalidProtocolBufferException("no " + expected + " where there should be");
        }
    }

    /** A field of another kind than the format says would be another one to ONNX Runtime than to this reader. */
    private void requireWire(int expected) throws InvalidProtocolBufferException {
        require(wire == expected, "field of the kind that the format says");
    }

    private boolean modelField(int number) throws IOException {
        if (number == ModelProto.GRAPH_FIELD_NUMBER) {
            hasGraph = true;
            message(this::graphField);
            return true;
        }
        if (number == ModelProto.FUNCTIONS_FIELD_NUMBER) {
            message(field -> field == FunctionProto.NODE_FIELD_NUMBER && isMessage(this::nodeField));
            return true;
        }
        return false;
    }

    private boolean graphField(int number) throws IOException {
        boolean outermost = depth == 1;
        switch (number) {
            case GraphProto.NODE_FIELD_NUMBER -> message(this::nodeField);
            case GraphProto.INITIALIZER_FIELD_NUMBER -> message(this::tensorField);
            case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> message(this::sparseField);
            case GraphProto.INPUT_FIELD_NUMBER -> declare(outermost ? inputs : new LinkedHashMap<>());
            case GraphProto.OUTPUT_FIELD_NUMBER -> declare(outermost ? outputs : new LinkedHashMap<>());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean nodeField(int number) throws IOException {
        switch (number) {
            case NodeProto.OP_TYPE_FIELD_NUMBER -> keep(operators, name());
            case NodeProto.ATTRIBUTE_FIELD_NUMBER -> {
                AttributeOfNode attribute = new AttributeOfNode();
                message(attribute);
                attribute.requireAxes();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** ONNX Runtime ends the process when it looks for an axis far out of range. */
    private final class AttributeOfNode implements Field {
        private String name = "";
        private boolean isFarOut;

        @Override
        public boolean read(int number) throws IOException {
            switch (number) {
                case AttributeProto.NAME_FIELD_NUMBER -> name = name();
                case AttributeProto.I_FIELD_NUMBER, AttributeProto.INTS_FIELD_NUMBER -> numbers();
                case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER ->
                    message(OnnxFileReader.this::tensorField);
                case AttributeProto.SPARSE_TENSOR_FIELD_NUMBER, AttributeProto.SPARSE_TENSORS_FIELD_NUMBER ->
                    message(OnnxFileReader.this::sparseField);
                case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER ->
                    message(OnnxFileReader.this::graphField);
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** One number, or several packed together. */
        private void numbers() throws IOException {
            if (wire == WireFormat.WIRETYPE_VARINT) {
                isFarOut |= isFarOut(input.readInt64());
                return;
            }
            requireWire(WireFormat.WIRETYPE_LENGTH_DELIMITED);
            int outer = input.pushLimit(input.readRawVarint32());
            while (input.getBytesUntilLimit() > 0) {
                isFarOut |= isFarOut(input.readInt64());
            }
            input.popLimit(outer);
        }

        private static boolean isFarOut(long axis) {
            return axis < -MAX_RANK || axis >= MAX_RANK;
        }

        void requireAxes() throws InvalidProtocolBufferException {
            require(!isFarOut || !AXES.contains(name), "axis in a tensor's range");
        }
    }

    private boolean sparseField(int number) throws IOException {
        return (number == SparseTensorProto.VALUES_FIELD_NUMBER || number == SparseTensorProto.INDICES_FIELD_NUMBER)
                && isMessage(this::tensorField);
    }

    private boolean tensorField(int number) throws IOException {
        if (number != TensorProto.EXTERNAL_DATA_FIELD_NUMBER) {
            return false;
        }
        String[] entry = {"", ""};
        message(field -> {
            if (field != StringStringEntryProto.KEY_FIELD_NUMBER
                    && field != StringStringEntryProto.VALUE_FIELD_NUMBER) {
                return false;
            }
            entry[field - StringStringEntryProto.KEY_FIELD_NUMBER] = name();
            return true;
        });
        if (entry[0].equals(LOCATION)) {
            keep(dataFiles, entry[1]);
        }
        return true;
    }

    private void declare(Map<String, Port> ports) throws IOException {
        Declared declared = new Declared();
        message(number -> {
            if (number == ValueInfoProto.NAME_FIELD_NUMBER) {
                declared.name = name();
                return true;
            }
            return number == ValueInfoProto.TYPE_FIELD_NUMBER
                    && isMessage(kind -> kind == TypeProto.TENSOR_TYPE_FIELD_NUMBER
                            && isMessage(field -> tensorTypeField(field, declared)));
        });
        ports.put(declared.name, new Port(declared.elementType, List.copyOf(declared.sizes)));
        require(ports.size() <= MAX_NAMES, "end of the inputs and outputs");
    }

    private boolean tensorTypeField(int number, Declared declared) throws IOException {
        if (number == TypeProto.Tensor.ELEM_TYPE_FIELD_NUMBER) {
            requireWire(WireFormat.WIRETYPE_VARINT);
            declared.elementType = input.readInt32();
            return true;
        }
        return number == TypeProto.Tensor.SHAPE_FIELD_NUMBER
                && isMessage(field ->
                        field == TensorShapeProto.DIM_FIELD_NUMBER && isMessage(new Dimension(declared.sizes)));
    }

    /** A size; open until a number says otherwise. */
    private final class Dimension implements Field {
        private final List<Long> sizes;
        private final int axis;

        Dimension(List<Long> sizes) throws IOException {
            require(sizes.size() < MAX_RANK, "end of a shape");
            this.sizes = sizes;
            this.axis = sizes.size();
            sizes.add(OnnxFile.ANY);
        }

        @Override
        public boolean read(int number) throws IOException {
            if (number != TensorShapeProto.Dimension.DIM_VALUE_FIELD_NUMBER) {
                return false;
            }
            requireWire(WireFormat.WIRETYPE_VARINT);
            long size = input.readInt64();
            sizes.set(axis, size > 0 ? size : OnnxFile.ANY); // some exporters write 0 or -1 for an open one
            return true;
        }
    }

    private void keep(Set<String> names, String name) throws IOException {
        names.add(name);
        require(names.size() <= MAX_NAMES, "end of the names");
    }

    private String name() throws IOException {
        requireWire(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int length = input.readRawVarint32();
        require(length >= 0 && length <= MAX_NAME_BYTES, "name of a usual length");
        return new String(input.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private boolean isMessage(Field field) throws IOException {
        message(field);
        return true;
    }

    private void message(Field field) throws IOException {
        requireWire(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        depth++;
        require(depth <= MAX_DEPTH, "end of the nesting");
        int length = input.readRawVarint32();
        require(length >= 0, "length of a message");
        int outer = input.pushLimit(length);
        fields(field);
        require(input.getBytesUntilLimit() == 0, "rest of a message");
        input.popLimit(outer);
        depth--;
    }

    private void fields(Field field) throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            wire = WireFormat.getTagWireType(tag);
            require(
                    wire != WireFormat.WIRETYPE_START_GROUP && wire != WireFormat.WIRETYPE_END_GROUP,
                    "field of a known kind");
            if (!field.read(WireFormat.getTagFieldNumber(tag))) {
                input.skipField(tag);
            }
        }
    }
}
