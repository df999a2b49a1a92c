package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.MotionTrainer.Update;

class AdamWTest {

    /** Float32 arithmetic against float64, relative to what the parameters moved. */
    private static final double MOVED = 1e-5;

    private static final Update UPDATE = new Update(1e-2f, 0.9f, 0.999f, 1e-8f, 1e-1f, 1);

    private final NativeScope natives = new NativeScope();

    @AfterEach
    void closeTensors() {
        natives.close();
    }

    /** Algorithm 2 of Loshchilov and Hutter, as it stands there, in float64. */
    private static final class Reference {
        private final double[] theta;
        private final double[] m;
        private final double[] v;
        private int t;

        Reference(float[] start) {
            theta = new double[start.length];
            m = new double[start.length];
            v = new double[start.length];
            for (int i = 0; i < start.length; i++) {
                theta[i] = start[i];
            }
        }

        void update(float[] gradients, double scale, Update u) {
            t++;
            for (int i = 0; i < theta.length; i++) {
                double g = gradients[i] * scale;
                m[i] = u.beta1() * m[i] + (1 - (double) u.beta1()) * g;
                v[i] = u.beta2() * v[i] + (1 - (double) u.beta2()) * g * g;
                double mHat = m[i] / (1 - Math.pow(u.beta1(), t));
                double vHat = v[i] / (1 - Math.pow(u.beta2(), t));
                theta[i] -= u.learningRate() * (mHat / (Math.sqrt(vHat) + u.epsilon()) + u.weightDecay() * theta[i]);
            }
        }
    }

    /** One element, some, a whole block exactly, blocks and a rest. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, FilledBuffers.BLOCK, 2 * FilledBuffers.BLOCK + 4321})
    void update_severalSteps_equalsTheAlgorithmInFloat64(int size) {
        ParameterLayout layout = FilledBuffers.layout(size);
        ParameterBuffers parameters = FilledBuffers.of(layout, "start", 1, natives);
        float[] start = FilledBuffers.toArray(parameters);
        Reference reference = new Reference(start);
        try (AdamW optimizer = new AdamW(layout, TensorMemory.host())) {
            for (int step = 0; step < 4; step++) {
                ParameterBuffers gradients =
                        FilledBuffers.of(layout, "gradient" + step, step == 2 ? 100 : 0.1f, natives);
                float[] before = FilledBuffers.toArray(gradients);
                optimizer.update(parameters, gradients, 0.5f, UPDATE);
                reference.update(before, 0.5, UPDATE);
                assertThat(FilledBuffers.toArray(gradients))
                        .as("gradients stay")
                        .isEqualTo(before);
            }
        }
        double error = 0;
        double moved = 0;
        float[] end = FilledBuffers.toArray(parameters);
        for (int index = 0; index < size; index++) {
            error += Math.pow(end[index] - reference.theta[index], 2);
            moved += Math.pow(reference.theta[index] - start[index], 2);
        }
        assertThat(Math.sqrt(error / moved)).isLessThan(MOVED);
    }

    @Test
    void update_zeroGradient_onlyDecays() {
        ParameterLayout layout = FilledBuffers.layout(3);
        ParameterBuffers parameters = FilledBuffers.zeros(layout, natives);
        FilledBuffers.only(parameters).put(0, 2).put(1, -4).put(2, 0);
        try (AdamW optimizer = new AdamW(layout, TensorMemory.host())) {
            optimizer.update(parameters, FilledBuffers.zeros(layout, natives), 1, UPDATE);
        }
        assertThat(FilledBuffers.toArray(parameters)).containsExactly(new float[] {1.998f, -3.996f, 0}, within(1e-6f));
    }
}
