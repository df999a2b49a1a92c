package org.lamp4j.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.StandardOperators;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Compares a function's gradients with finite differences along random directions: with random u and v, {@code ⟨u, (f(x
 * + hv) - f(x - hv)) / 2h⟩} must equal {@code ⟨Jᵀu, v⟩}. Both sides run in ONNX Runtime, so the check also shows that
 * the gradient graph loads there.
 */
public final class GradientCheck {

    /** Step in units of the input's standard deviation: truncation and float32 rounding are both about 1e-4 here. */
    private static final float STEP = 1e-2f;

    /** Relative to the norms of both sides; float32 sums of the sizes used here err by less. */
    private static final double TOLERANCE = 5e-3;

    private static final int DIRECTIONS = 3;

    private final List<Shape> shapes;
    private final float centre;
    private final float spread;
    private final Target target;

    private GradientCheck(List<Shape> shapes, float centre, float spread, Target target) {
        this.target = target;
        this.shapes = shapes;
        this.centre = centre;
        this.spread = spread;
    }

    /**
     * Starts a check with inputs drawn from N(0, 1).
     *
     * @param shapes shapes of the inputs that are differentiated
     * @return the check
     */
    public static GradientCheck ofInputs(Shape... shapes) {
        return new GradientCheck(List.of(shapes), 0, 1, Target.ANY);
    }

    /**
     * Draws the inputs uniformly from a range instead, for functions that are not defined everywhere.
     *
     * @param low smallest value
     * @param high largest value
     * @return the check
     */
    public GradientCheck between(float low, float high) {
        return new GradientCheck(shapes, (low + high) / 2, (high - low) / 2, target);
    }

    /**
     * Checks a graph for another kind of device instead, with its operators written as those of ONNX's own domain.
     *
     * @param newTarget the kind of device
     * @return the check
     */
    public GradientCheck on(Target newTarget) {
        return new GradientCheck(shapes, centre, spread, newTarget);
    }

    /**
     * Returns what graphs are built for.
     *
     * @return the kind of device
     */
    public Target target() {
        return target;
    }

    /**
     * Checks the gradients with respect to all inputs together and to each alone.
     *
     * @param function builds the function's value from its inputs
     */
    public void verify(Function<List<Value>, Value> function) {
        for (int direction = 0; direction < DIRECTIONS; direction++) {
            for (int only = -1; only < shapes.size(); only++) {
                verify(function, direction, only);
            }
        }
    }

    private void verify(Function<List<Value>, Value> function, int direction, int only) {
        RandomSource random = RandomSource.stream(1, "gradient check", direction);
        Graph graph = new Graph("gradient check", target);
        List<Value> inputs = new ArrayList<>();
        for (Shape shape : shapes) {
            inputs.add(graph.input("x" + inputs.size(), ElementType.FLOAT, shape));
        }
        Value output = function.apply(inputs);
        Value seed = graph.input("u", ElementType.FLOAT, output.shape());
        List<Value> differentiated = only < 0 ? inputs : List.of(inputs.get(only));
        Map<Value, Value> gradients = Gradients.of(output, seed, differentiated);
        graph.output("output", output);
        gradients.forEach((input, gradient) -> graph.output("d_" + input.name(), gradient));

        Map<String, FloatTensor> point = new LinkedHashMap<>();
        Map<String, FloatTensor> along = new LinkedHashMap<>();
        for (Value input : inputs) {
            point.put(input.name(), draw(random, input.shape()));
            FloatTensor noise = random.gaussian(input.shape());
            along.put(input.name(), differentiated.contains(input) ? noise : noise.times(0));
        }
        FloatTensor u = random.gaussian(output.shape());
        Graph ready = target == Target.ANY ? graph : StandardOperators.of(graph);
        try (OnnxSession session = OnnxSession.load(ready, ComputeDevice.cpu())) {
            float step = STEP * spread;
            FloatTensor after = run(session, shifted(point, along, step), u, "output");
            FloatTensor before = run(session, shifted(point, along, -step), u, "output");
            FloatTensor slope = after.minus(before).times(1 / (2 * step));
            double expected = dot(u, slope);
            double actual = 0;
            for (Value input : differentiated) {
                FloatTensor gradient = run(session, point, u, "d_" + input.name());
                assertThat(gradient.shape()).isEqualTo(input.shape());
                actual += dot(gradient, along.get(input.name()));
            }
            double scale = Math.sqrt(dot(u, u) * dot(slope, slope)) + 1e-6;
            assertThat(actual)
                    .as("⟨Jᵀu, v⟩ against ⟨u, Jv⟩ for input %s of %s", only < 0 ? "all" : only, shapes)
                    .isCloseTo(expected, Offset.offset(TOLERANCE * scale));
        }
    }

    private FloatTensor draw(RandomSource random, Shape shape) {
        if (centre == 0 && spread == 1) {
            return random.gaussian(shape);
        }
        return FloatTensor.generate(shape, index -> centre + spread * (2 * random.nextFloat() - 1));
    }

    private static Map<String, FloatTensor> shifted(
            Map<String, FloatTensor> point, Map<String, FloatTensor> along, float step) {
        Map<String, FloatTensor> shifted = new LinkedHashMap<>();
        point.forEach((name, tensor) -> shifted.put(name, tensor.weighted(1, step, along.get(name))));
        return shifted;
    }

    private static FloatTensor run(OnnxSession session, Map<String, FloatTensor> point, FloatTensor u, String output) {
        Map<String, NativeTensor> given = new LinkedHashMap<>();
        point.forEach((name, tensor) -> given.put(name, NativeTensor.copyOf(tensor)));
        given.put("u", NativeTensor.copyOf(u));
        try (NativeTensor result = session.run(given, output)) {
            return result.toFloatTensor();
        } finally {
            given.values().forEach(NativeTensor::close);
        }
    }

    private static double dot(FloatTensor a, FloatTensor b) {
        double sum = 0;
        for (int index = 0; index < a.shape().elementCount(); index++) {
            sum += (double) a.valueAt(index) * b.valueAt(index);
        }
        return sum;
    }
}
