package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Reductions.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class NetworkTrainerTest {

    private static final int INPUTS = 3;
    private static final int OUTPUTS = 2;
    private static final Update UPDATE = new Update(1e-2f, 0.9f, 0.999f, 1e-8f, 0, 1);

    /** Sums of float32 in another order, relative to values of about 1. */
    private static final float ROUNDING = 1e-5f;

    private static Graph regression(int samples) {
        Graph graph = new Graph("linear regression");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(samples, INPUTS));
        Value target = graph.input("target", ElementType.FLOAT, Shape.of(samples, OUTPUTS));
        Value weight = graph.input("weight", ElementType.FLOAT, Shape.of(INPUTS, OUTPUTS));
        Value bias = graph.input("bias", ElementType.FLOAT, Shape.of(OUTPUTS));
        Value error = sub(add(matMul(x, weight), bias), target);
        StepGraph.addLoss(reshape(mean(mul(error, error), 0, 1), Shape.of()), Set.of("weight", "bias"));
        return graph;
    }

    private static List<NetworkTrainer.Group> groups(float weightDecay) {
        return List.of(
                new NetworkTrainer.Group(Map.of("weight", random("weight", 0, INPUTS, OUTPUTS)), weightDecay),
                new NetworkTrainer.Group(Map.of("bias", random("bias", 0, OUTPUTS)), 0));
    }

    private static FloatTensor random(String name, int index, int... sizes) {
        return RandomSource.stream(7, name, index).gaussian(Shape.of(sizes));
    }

    /** Eight samples of a step, in one shard or several. */
    private static List<Map<String, NativeTensor>> batch(int step, int shardCount) {
        FloatTensor x = random("x", step, 8, INPUTS);
        FloatTensor target = random("target", step, 8, OUTPUTS);
        int size = 8 / shardCount;
        List<Map<String, NativeTensor>> shards = new ArrayList<>();
        for (int from = 0; from < 8; from += size) {
            shards.add(Map.of(
                    "x", NativeTensor.copyOf(x.slice(0, from, from + size)),
                    "target", NativeTensor.copyOf(target.slice(0, from, from + size))));
        }
        return shards;
    }

    private static float step(NetworkTrainer trainer, int step, int shardCount) {
        List<Map<String, NativeTensor>> shards = batch(step, shardCount);
        try {
            return trainer.step(shards, UPDATE, 0.5f);
        } finally {
            shards.forEach(shard -> shard.values().forEach(NativeTensor::close));
        }
    }

    @Test
    void step_severalShards_equalsOneBatch() {
        try (NetworkTrainer whole = new NetworkTrainer(regression(8), groups(0.1f), 1, ComputeDevice.cpuThread());
                NetworkTrainer sharded =
                        new NetworkTrainer(regression(2), groups(0.1f), 4, ComputeDevice.cpuThread())) {
            for (int step = 0; step < 5; step++) {
                assertThat(step(sharded, step, 4)).isCloseTo(step(whole, step, 1), within(ROUNDING));
            }
            whole.state()
                    .forEach((name, values) -> assertThat(
                                    sharded.state().get(name).toArray())
                            .as(name)
                            .containsExactly(values.toArray(), within(ROUNDING)));
        }
    }

    @Test
    void step_many_lossFalls() {
        try (NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread())) {
            float first = step(trainer, 0, 1);
            for (int step = 0; step < 300; step++) {
                step(trainer, 0, 1);
            }
            assertThat(step(trainer, 0, 1)).isLessThan(first / 2);
        }
    }

    @Test
    void averages_ofHalf_areHalfwayToTheParameters() {
        try (NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread())) {
            float[] expected = random("weight", 0, INPUTS, OUTPUTS).toArray();
            for (int step = 0; step < 3; step++) {
                step(trainer, step, 1);
                float[] now = trainer.state().get("parameter/weight").toArray();
                for (int element = 0; element < now.length; element++) {
                    expected[element] = (expected[element] + now[element]) / 2;
                }
            }
            assertThat(trainer.averages().get("weight").toArray()).containsExactly(expected, within(ROUNDING));
        }
    }

    @Test
    void step_weightDecay_isThatOfTheGroup() {
        try (NetworkTrainer decaying = new NetworkTrainer(regression(8), groups(10), 1, ComputeDevice.cpuThread());
                NetworkTrainer free = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread())) {
            step(decaying, 0, 1);
            step(free, 0, 1);

            float[] start = random("weight", 0, INPUTS, OUTPUTS).toArray();
            float[] decayed = decaying.state().get("parameter/weight").toArray();
            float[] kept = free.state().get("parameter/weight").toArray();
            for (int element = 0; element < start.length; element++) {
                float decay = UPDATE.learningRate() * 10 * start[element];
                assertThat(decayed[element]).isCloseTo(kept[element] - decay, within(ROUNDING));
            }
            assertThat(decaying.state().get("parameter/bias").toArray())
                    .containsExactly(free.state().get("parameter/bias").toArray());
        }
    }

    /** So that the same training writes the same bytes. */
    @Test
    void state_hasAnOrderThatStays() {
        try (NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread())) {
            assertThat(trainer.state().keySet())
                    .containsExactly(
                            "parameter/weight",
                            "average/weight",
                            "first_moment/weight",
                            "second_moment/weight",
                            "parameter/bias",
                            "average/bias",
                            "first_moment/bias",
                            "second_moment/bias");
        }
    }

    @Test
    void restore_stateOfAnother_goesOnBitForBit() {
        try (NetworkTrainer through = new NetworkTrainer(regression(4), groups(0.1f), 2, ComputeDevice.cpuThread());
                NetworkTrainer resumed =
                        new NetworkTrainer(regression(4), groups(0.1f), 2, ComputeDevice.cpuThread())) {
            for (int step = 0; step < 3; step++) {
                step(through, step, 2);
            }
            Map<String, FloatTensor> state = through.state();
            for (int step = 3; step < 6; step++) {
                step(through, step, 2);
            }
            resumed.restore(state, 3);
            for (int step = 3; step < 6; step++) {
                step(resumed, step, 2);
            }
            through.state()
                    .forEach((name, values) -> assertThat(
                                    resumed.state().get(name).toArray())
                            .as(name)
                            .containsExactly(values.toArray()));
        }
    }

    @Test
    void restore_missingTensor_namesIt() {
        try (NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread())) {
            assertThatThrownBy(() -> trainer.restore(Map.of(), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected ")
                    .hasMessageEndingWith("weight [3, 2], but was nothing");
        }
    }

    @Test
    void step_wrongNumberOfShards_isRefused() {
        try (NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 2, ComputeDevice.cpuThread())) {
            assertThatThrownBy(() -> trainer.step(List.of(), UPDATE, 0)).hasMessage("expected 2 shards, but was 0");
        }
    }

    @Test
    void step_afterClose_isRefused() {
        NetworkTrainer trainer = new NetworkTrainer(regression(8), groups(0), 1, ComputeDevice.cpuThread());
        trainer.close();
        trainer.close();

        assertThatThrownBy(() -> step(trainer, 0, 1)).hasMessage("expected an open trainer, but it is closed");
    }
}
