package org.lamp4j.onnx.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class OnnxModelTest {

    private static final Operator MAT_MUL = Operator.named("MatMul", "A", "B")
            .types(node -> List.of(new TensorType(
                    ElementType.FLOAT,
                    node.input(0).shape().with(-1, node.input(1).shape().size(-1)))))
            .build();

    private static final Operator SOFTMAX = Operator.named("Softmax", "input")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private static final Operator TRANSPOSE = Operator.named("Transpose", "data")
            .types(node -> List.of(new TensorType(
                    ElementType.FLOAT,
                    Shape.of(
                            node.input(0).shape().size(1), node.input(0).shape().size(0)))))
            .build();

    private static final Operator ADD = Operator.named("Add", "A", "B")
            .types(node -> List.of(node.input(0).type()))
            .build();

    @TempDir
    private Path folder;

    /** {@code y = softmax(x W + b)}, and more outputs: yᵀ, x itself, y a second time, b. */
    private static Graph graph() {
        Graph graph = new Graph("perceptron");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2, 3));
        Value w = graph.weight("w", new TensorType(ElementType.FLOAT, Shape.of(3, 2)), floats(1, 2, 3, 4, 5, 6));
        Value b = graph.weight("b", new TensorType(ElementType.FLOAT, Shape.of(2)), floats(0.5f, -2));
        Value shifted = ADD.apply(ADD.apply(MAT_MUL.apply(x, w), b), graph.constant(Shape.of(2), 0, 1));
        Value y = SOFTMAX.apply(Map.of("axis", Attribute.of(-1)), shifted);
        graph.output("y", y);
        graph.output("turned", TRANSPOSE.apply(Map.of("perm", Attribute.ofAll(1, 0)), y));
        graph.output("same", x);
        graph.output("again", y);
        graph.output("bias", b);
        return graph;
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    // --- protobuf ---

    @Test
    void serialize_versions_areThoseTheOperatorsAreWrittenFor() throws IOException {
        ModelProto model = ModelProto.parseFrom(OnnxModel.serialize(graph()));

        assertThat(model.getIrVersion()).isEqualTo(8);
        assertThat(model.getProducerName()).isEqualTo("lamp4j");
        assertThat(model.getOpsetImportList().stream()
                        .collect(Collectors.toMap(OperatorSetIdProto::getDomain, OperatorSetIdProto::getVersion)))
                .containsOnly(Map.entry("", 18L), Map.entry("com.microsoft", 1L));
        assertThat(model.getGraph().getName()).isEqualTo("perceptron");
    }

    @Test
    void serialize_inputsAndOutputs_haveNamesTypesAndShapes() throws IOException {
        GraphProto graph = ModelProto.parseFrom(OnnxModel.serialize(graph())).getGraph();

        assertThat(graph.getInputList()).extracting(OnnxModelTest::describe).containsExactly("x 1 [2, 3]");
        assertThat(graph.getOutputList())
                .extracting(OnnxModelTest::describe)
                .containsExactly("y 1 [2, 2]", "turned 1 [2, 2]", "same 1 [2, 3]", "again 1 [2, 2]", "bias 1 [2]");
    }

    private static String describe(ValueInfoProto value) {
        return value.getName() + " " + value.getType().getTensorType().getElemType() + " "
                + value.getType().getTensorType().getShape().getDimList().stream()
                        .map(dimension -> Long.toString(dimension.getDimValue()))
                        .toList();
    }

    @Test
    void serialize_weights_areReferredToAndConstantsAreHeld() throws IOException {
        GraphProto graph = ModelProto.parseFrom(OnnxModel.serialize(graph())).getGraph();
        Map<String, TensorProto> tensors =
                graph.getInitializerList().stream().collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));

        assertThat(tensors).hasSize(3);
        assertThat(external(tensors.get("w")))
                .containsOnly(
                        Map.entry("location", "model.onnx.data"), Map.entry("offset", "0"), Map.entry("length", "24"));
        assertThat(external(tensors.get("b")))
                .containsOnly(
                        Map.entry("location", "model.onnx.data"),
                        Map.entry("offset", "4096"),
                        Map.entry("length", "8"));
        assertThat(tensors.get("w").getDimsList()).containsExactly(3L, 2L);
        assertThat(tensors.get("w").getRawData().isEmpty()).isTrue();
        TensorProto constant = tensors.get("constant_0");
        assertThat(constant.getDataLocation()).isEqualTo(TensorProto.DataLocation.DEFAULT);
        assertThat(constant.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer())
                .isEqualTo(FloatBuffer.wrap(new float[] {0, 1}));
    }

    private static Map<String, String> external(TensorProto tensor) {
        assertThat(tensor.getDataLocation()).isEqualTo(TensorProto.DataLocation.EXTERNAL);
        return tensor.getExternalDataList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    }

    @Test
    void serialize_nodes_nameOutputsAndCopyWhatIsNoNodesFirstOutput() throws IOException {
        GraphProto graph = ModelProto.parseFrom(OnnxModel.serialize(graph())).getGraph();

        assertThat(graph.getNodeList())
                .extracting(node -> node.getOpType() + node.getInputList() + node.getOutputList())
                .containsExactly(
                        "MatMul[x, w][MatMul_0]",
                        "Add[MatMul_0, b][Add_1]",
                        "Add[Add_1, constant_0][Add_2]",
                        "Softmax[Add_2][y]",
                        "Transpose[y][turned]",
                        "Identity[x][same]",
                        "Identity[y][again]",
                        "Identity[b][bias]");
    }

    @Test
    void serialize_attributes_keepNameTypeAndValue() throws IOException {
        Graph graph = new Graph("attributes");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
        graph.add(
                Operator.named("Any", "X")
                        .inDomain("com.microsoft")
                        .types(node -> List.of(node.input(0).type()))
                        .build(),
                Map.of(
                        "whole",
                        Attribute.of(3),
                        "real",
                        Attribute.of(0.25f),
                        "text",
                        Attribute.of("é"),
                        "list",
                        Attribute.ofAll(1, -2)),
                List.of(x));

        NodeProto node =
                ModelProto.parseFrom(OnnxModel.serialize(graph)).getGraph().getNode(0);

        assertThat(node.getDomain()).isEqualTo("com.microsoft");
        assertThat(node.getAttributeList())
                .extracting(AttributeProto::getName)
                .containsExactly("list", "real", "text", "whole");
        assertThat(node.getAttribute(0).getIntsList()).containsExactly(1L, -2L);
        assertThat(node.getAttribute(0).getType()).isEqualTo(AttributeProto.AttributeType.INTS);
        assertThat(node.getAttribute(1).getF()).isEqualTo(0.25f);
        assertThat(node.getAttribute(2).getS().toStringUtf8()).isEqualTo("é");
        assertThat(node.getAttribute(3).getI()).isEqualTo(3);
    }

    @Test
    void serialize_sameGraphTwice_givesTheSameBytes() {
        assertThat(OnnxModel.serialize(graph())).isEqualTo(OnnxModel.serialize(graph()));
    }

    // --- files ---

    @Test
    void write_filesLoadedByPath_giveWhatTheGraphGivesInMemory() throws IOException, OrtException {
        List<String> outputs = List.of("y", "turned", "same", "again", "bias");
        FloatTensor x = FloatTensor.of(Shape.of(2, 3), 0.1f, -0.2f, 0.3f, 1, 0, -1);

        OnnxModel.write(graph(), folder.resolve("model"));

        List<FloatTensor> expected = GraphRun.of(graph()).with("x", x).outputs(outputs);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(
                        folder.resolve("model/model.onnx").toString());
                OnnxTensor given = OnnxTensor.createTensor(environment, x.values(), new long[] {2, 3});
                OrtSession.Result result = session.run(Map.of("x", given))) {
            for (int index = 0; index < outputs.size(); index++) {
                OnnxTensor found = (OnnxTensor) result.get(outputs.get(index)).orElseThrow();
                float[] values = new float[found.getFloatBuffer().remaining()];
                found.getFloatBuffer().get(values);
                assertThat(values)
                        .as(outputs.get(index))
                        .containsExactly(expected.get(index).toArray(), within(1e-6f));
            }
        }
        assertThat(expected.get(2).toArray()).isEqualTo(x.toArray());
        assertThat(expected.get(4).toArray()).containsExactly(0.5f, -2);
    }

    @Test
    void write_interruptedThread_leavesNoFile() {
        Path model = folder.resolve("model");

        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> OnnxModel.write(graph(), model))
                    .isInstanceOf(StoppedException.class)
                    .hasMessage("stopped while writing " + model.resolve("model.onnx.data"));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(model).doesNotExist();
    }

    @Test
    void write_files_haveThePermissionsOfAnyNewFile() throws IOException {
        Path other = Files.createFile(folder.resolve("other"));
        assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class),
                "this file system has no POSIX permissions");

        OnnxModel.write(graph(), folder);

        for (String name : List.of("model.onnx", "model.onnx.data")) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(name)))
                    .as(name)
                    .isEqualTo(Files.getPosixFilePermissions(other));
        }
    }

    @Test
    void write_overAnOlderModel_replacesItAndLeavesNothingElse() throws IOException {
        OnnxModel.write(graph(), folder);
        byte[] first = Files.readAllBytes(folder.resolve("model.onnx.data"));

        OnnxModel.write(graph(), folder);

        assertThat(Files.readAllBytes(folder.resolve("model.onnx.data"))).isEqualTo(first);
        assertThat(first).hasSize(4096 + 8);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.onnx", "model.onnx.data");
        }
    }
}
