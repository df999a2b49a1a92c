package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.tensor.Shape;

class DeviceTensorsTest {

    /** More than is copied at a time, and a rest. */
    private static final int LARGE = (1 << 22) + 5;

    private final NativeScope natives = new NativeScope();
    private final TensorMemory memory =
            natives.own(TensorMemory.of(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32)));

    @AfterEach
    void closeTensors() {
        natives.close();
    }

    private NativeTensor allocate(int... sizes) {
        return natives.own(memory.allocate(new TensorType(ElementType.FLOAT, Shape.of(sizes))));
    }

    private static FloatBuffer counting(int count) {
        FloatBuffer values = ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int index = 0; index < count; index++) {
            values.put(index, index + 1);
        }
        return values;
    }

    @Test
    void allocate_withLampCuda_isOutsideHostMemoryAndZero() {
        NativeTensor tensor = allocate(LARGE);

        assertThat(memory.isHost()).isFalse();
        assertThat(tensor.isInHostMemory()).isFalse();
        FloatBuffer values = tensor.floats();
        assertThat(values.remaining()).isEqualTo(LARGE);
        while (values.hasRemaining()) {
            assertThat(Float.floatToRawIntBits(values.get())).isZero();
        }
    }

    /** Memory that was used before is not zero of itself. */
    @Test
    void allocate_whereAnotherTensorLay_isZero() {
        for (int round = 0; round < 3; round++) {
            try (NativeTensor tensor = memory.allocate(new TensorType(ElementType.FLOAT, Shape.of(1000)))) {
                assertThat(tensor.floats()).isEqualTo(FloatBuffer.allocate(1000));
                tensor.put(counting(1000));
            }
        }
    }

    @Test
    void put_largerThanAChunk_isWhatFloatsGives() {
        NativeTensor tensor = allocate(LARGE);

        tensor.put(counting(LARGE));

        assertThat(tensor.floats()).isEqualTo(counting(LARGE));
    }

    @Test
    void part_ofATensor_readsAndWritesItsMemory() {
        NativeTensor whole = allocate(10);
        whole.put(counting(10));
        try (NativeTensor part = whole.part(3, Shape.of(2, 2));
                NativeTensor scalar = whole.part(9, Shape.of())) {
            assertThat(part.toFloatTensor().toArray()).containsExactly(4, 5, 6, 7);
            assertThat(scalar.floats().get(0)).isEqualTo(10);

            part.put(counting(4));
        }
        float[] values = new float[10];
        whole.floats().get(values);
        assertThat(values).containsExactly(1, 2, 3, 1, 2, 3, 4, 8, 9, 10);
    }

    @Test
    void part_beyondTheEnd_isRefused() {
        NativeTensor whole = allocate(10);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole.part(8, Shape.of(3)))
                .withMessage("expected a part of FLOAT[10], but was elements 8 to 11");
    }

    /** What a run takes and writes there passes host memory by. */
    @Test
    void run_inputAndOutputInTheMemory_exchangesNothingWithTheHost() {
        NativeTensor from = allocate(2, 3);
        NativeTensor to = allocate(2, 3);
        from.put(counting(6));
        Graph graph = new Graph("copy");
        graph.output("y", graph.input("x", ElementType.FLOAT, Shape.of(2, 3)));
        try (OnnxSession session = OnnxSession.load(graph, memory.device())) {
            HostTraffic before = HostTraffic.ofProcess();

            session.run(Map.of("x", from), Map.of("y", to));

            assertThat(HostTraffic.ofProcess().since(before)).isEqualTo(new HostTraffic(0, 0));
        }
        assertThat(to.floats()).isEqualTo(counting(6));
    }

    @Test
    void allocate_float16_hasItsType() {
        TensorType type = new TensorType(ElementType.FLOAT16, Shape.of(3, 5));

        assertThat(natives.own(memory.allocate(type)).type()).isEqualTo(type);
    }

    @Test
    void allocate_moreThanThereIs_saysWhy() {
        int tensors = NativeTensor.openCount();

        assertThatIllegalStateException()
                .isThrownBy(() -> allocate(1 << 30, 1 << 30))
                .withMessageStartingWith("ONNX Runtime refused CREATE_TENSOR_AS_ORT_VALUE: ");
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    @Test
    void close_twice_doesNothing() {
        memory.close();
        memory.close();
    }
}
