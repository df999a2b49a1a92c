package org.lamp4j.onnx.format;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;

/**
 * A graph as an ONNX model: operator set 18 of the standard domain and 1 of {@code com.microsoft}, IR version 8. The
 * weights lie outside the protobuf, whose size is limited to 2 GiB.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX intermediate representation</a>
 */
public final class OnnxModel {

    /** Name of the file with the weights, beside the model. */
    public static final String WEIGHTS_FILE = "model.onnx.data";

    /** Name of the file with the graph. */
    public static final String MODEL_FILE = "model.onnx";

    private static final int IR_VERSION = 8;
    private static final int STANDARD_OPERATORS = 18;
    private static final String MICROSOFT = "com.microsoft";
    private static final OperatorSetIdProto MICROSOFT_OPERATORS =
            OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1).build();

    /** Where a weight may be mapped by the reader: the page size of common systems. */
    private static final int WEIGHT_ALIGNMENT = 4096;

    /** What weights are to whoever runs the model. */
    public enum Weights {
        /** Constants with data outside the protobuf. */
        EXTERNAL,
        /** Inputs, after the graph's own. */
        INPUTS
    }

    private final Graph graph;
    private final Weights weights;
    private final Map<String, String> metadata;
    private final Map<Value, String> names = new HashMap<>();
    private final Map<Value, Long> weightOffsets = new LinkedHashMap<>();

    private OnnxModel(Graph graph, Weights weights, Map<String, String> metadata) {
        this.graph = graph;
        this.weights = weights;
        this.metadata = metadata;
        graph.outputs().forEach((name, value) -> {
            if (value.producer().isPresent()) {
                names.putIfAbsent(value, name);
            }
        });
        long offset = 0;
        for (Value weight : graph.weights()) {
            weightOffsets.put(weight, offset);
            offset = (offset + weight.type().byteSize() + WEIGHT_ALIGNMENT - 1) / WEIGHT_ALIGNMENT * WEIGHT_ALIGNMENT;
        }
    }

    /**
     * Returns the model's protobuf, which refers to the weights by name, offset and length but does not hold them.
     *
     * @param graph the graph
     * @return the bytes of {@code model.onnx}
     */
    public static byte[] serialize(Graph graph) {
        return serialize(graph, Weights.EXTERNAL);
    }

    /**
     * Returns the model's protobuf, without the weights.
     *
     * @param graph the graph
     * @param weights how it refers to them
     * @return the bytes of {@code model.onnx}
     */
    public static byte[] serialize(Graph graph, Weights weights) {
        return new OnnxModel(graph, weights, Map.of())
                .toProto()
                .addOpsetImport(MICROSOFT_OPERATORS)
                .build()
                .toByteArray();
    }

    /**
     * Writes the model as {@code model.onnx} and its weights as {@code model.onnx.data}. A new folder appears whole or
     * not at all; in another each file does.
     *
     * @param graph the graph
     * @param place folder to write to, made if missing
     * @throws IOException if it cannot be written
     * @throws StoppedException if this thread is interrupted; the file under way is not there then
     */
    public static void write(Graph graph, Path place) throws IOException {
        write(graph, place, Map.of());
    }

    /**
     * Writes the model as {@link #write(Graph, Path)} does, with notes in it. One whose nodes are all of the standard
     * domain imports no other.
     *
     * @param graph the graph
     * @param place folder to write to, made if missing
     * @param metadata the notes by name
     * @throws IOException if it cannot be written
     * @throws StoppedException if this thread is interrupted; the file under way is not there then
     */
    public static void write(Graph graph, Path place, Map<String, String> metadata) throws IOException {
        OnnxModel model = new OnnxModel(graph, Weights.EXTERNAL, metadata);
        AtomicFolder.write(place, folder -> {
            AtomicFile.write(
                    folder.resolve(WEIGHTS_FILE), output -> model.writeWeights(output, place.resolve(WEIGHTS_FILE)));
            byte[] proto = model.forAnyRuntime().toByteArray();
            AtomicFile.write(folder.resolve(MODEL_FILE), output -> output.write(proto));
        });
    }

    private void writeWeights(AtomicFile.Output output, Path file) throws IOException {
        for (Map.Entry<Value, Long> weight : weightOffsets.entrySet()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoppedException("stopped while writing " + file);
            }
            output.write(new byte[Math.toIntExact(weight.getValue() - output.position())]);
            output.write(weight.getKey().data().orElseThrow());
        }
    }

    private ModelProto forAnyRuntime() {
        ModelProto.Builder proto = toProto();
        if (graph.nodes().stream().anyMatch(node -> node.operator().domain().equals(MICROSOFT))) {
            proto.addOpsetImport(MICROSOFT_OPERATORS);
        }
        return proto.build();
    }

    private ModelProto.Builder toProto() {
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("lamp4j")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(STANDARD_OPERATORS))
                .setGraph(graphProto());
        metadata.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(note -> proto.addMetadataProps(entry(note.getKey(), note.getValue())));
        return proto;
    }

    private GraphProto graphProto() {
        GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
        graph.inputs().forEach(input -> proto.addInput(info(input.name(), input.type())));
        graph.constants()
                .forEach(constant -> proto.addInitializer(tensor(constant)
                        .setRawData(ByteString.copyFrom(constant.data().orElseThrow()))));
        if (weights == Weights.INPUTS) {
            graph.weights().forEach(weight -> proto.addInput(info(weight.name(), weight.type())));
        } else {
            weightOffsets.forEach((weight, offset) -> proto.addInitializer(external(weight, offset)));
        }
        graph.nodes().forEach(node -> proto.addNode(node(node)));
        graph.outputs().forEach((name, value) -> {
            if (!name(value).equals(name)) {
                proto.addNode(NodeProto.newBuilder()
                        .setOpType("Identity")
                        .setName("output/" + name)
                        .addInput(name(value))
                        .addOutput(name));
            }
            proto.addOutput(info(name, value.type()));
        });
        return proto.build();
    }

    private String name(Value value) {
        return names.getOrDefault(value, value.name());
    }

    private NodeProto node(Node node) {
        NodeProto.Builder proto = NodeProto.newBuilder()
                .setOpType(node.operator().name())
                .setDomain(node.operator().domain())
                .setName(node.name());
        node.inputs().forEach(input -> proto.addInput(name(input)));
        node.outputs().forEach(output -> proto.addOutput(name(output)));
        node.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> proto.addAttribute(attribute(entry.getKey(), entry.getValue())));
        return proto.build();
    }

    private static AttributeProto attribute(String name, Attribute attribute) {
        AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.Int number) {
            proto.setType(AttributeProto.AttributeType.INT).setI(number.value());
        } else if (attribute instanceof Attribute.Real number) {
            proto.setType(AttributeProto.AttributeType.FLOAT).setF(number.value());
        } else if (attribute instanceof Attribute.Ints numbers) {
            proto.setType(AttributeProto.AttributeType.INTS).addAllInts(numbers.values());
        } else {
            Attribute.Text text = (Attribute.Text) attribute;
            proto.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text.value()));
        }
        return proto.build();
    }

    private static ValueInfoProto info(String name, TensorType type) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long size : type.shape().longSizes()) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(type.elementType().code())
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private static TensorProto.Builder tensor(Value value) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(value.name())
                .setDataType(value.elementType().code());
        for (long size : value.shape().longSizes()) {
            proto.addDims(size);
        }
        return proto;
    }

    private static TensorProto external(Value weight, long offset) {
        return tensor(weight)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", WEIGHTS_FILE))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(weight.type().byteSize())))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
