package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Reductions.mean;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** A whole network whose parameters, averages and moments lie in memory that only ONNX Runtime's C API reaches. */
class KeptNetworkTest {

    private static final Update UPDATE = new Update(1e-2f, 0.9f, 0.999f, 1e-8f, 0, 1);

    private static NetworkTrainer trainer(ComputeDevice device) {
        Graph graph = new Graph("linear regression");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(8, 3));
        Value target = graph.input("target", ElementType.FLOAT, Shape.of(8, 2));
        Value error = sub(matMul(x, graph.input("weight", ElementType.FLOAT, Shape.of(3, 2))), target);
        StepGraph.addLoss(reshape(mean(mul(error, error), 0, 1), Shape.of()), Set.of("weight"));
        return new NetworkTrainer(
                graph, List.of(new NetworkTrainer.Group(Map.of("weight", random("weight", 0, 3, 2)), 0.1f)), 1, device);
    }

    private static FloatTensor random(String name, int index, int... sizes) {
        return RandomSource.stream(7, name, index).gaussian(Shape.of(sizes));
    }

    private static float step(NetworkTrainer trainer, int step) {
        try (NativeTensor x = NativeTensor.copyOf(random("x", step, 8, 3));
                NativeTensor target = NativeTensor.copyOf(random("target", step, 8, 2))) {
            return trainer.step(List.of(Map.of("x", x, "target", target)), UPDATE, 0.5f);
        }
    }

    @Test
    void step_thenRestoreAndStep_givesTheBitsOfTheTrainerInHostMemory() {
        try (NetworkTrainer host = trainer(ComputeDevice.cpuThread());
                NetworkTrainer kept = trainer(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32));
                NetworkTrainer resumed = trainer(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32))) {
            assertThat(step(kept, 0)).isEqualTo(step(host, 0));

            resumed.restore(kept.state(), 1);

            assertThat(step(resumed, 1)).isEqualTo(step(host, 1));
            assertThat(resumed.state()).hasSize(4);
            host.state()
                    .forEach((name, values) -> assertThat(
                                    resumed.state().get(name).toArray())
                            .as(name)
                            .containsExactly(values.toArray()));
            assertThat(resumed.averages().get("weight").toArray())
                    .containsExactly(host.averages().get("weight").toArray());
        }
    }
}
