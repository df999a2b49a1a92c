package org.lamp4j.onnx.training;

import com.google.common.collect.ImmutableMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Parameters of a {@link NetworkTrainer} that share a weight decay, with all that belongs to them. */
final class TrainedGroup {

    final ParameterBuffers parameters;
    final ParameterBuffers averages;
    final MovingAverage average;
    final List<ParameterBuffers> shardGradients = new ArrayList<>();
    final AdamW optimizer;
    private final GradientSum gradientSum;
    private final GradientNorm gradientNorm;
    private final ParameterLayout layout;
    private final float weightDecay;

    /**
     * Makes all that is needed to train the parameters.
     *
     * @param group the parameters
     * @param shardCount number of shards in a batch, at least 1
     * @param memory where it lies
     * @param owner closes it all
     */
    TrainedGroup(NetworkTrainer.Group group, int shardCount, TensorMemory memory, NativeScope owner) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        group.start().forEach((name, values) -> shapes.put(name, values.shape()));
        layout = new ParameterLayout(shapes, memory.alignment());
        weightDecay = group.weightDecay();
        parameters = new ParameterBuffers(layout, memory, owner);
        averages = new ParameterBuffers(layout, memory, owner);
        average = owner.own(new MovingAverage(averages, memory));
        setFrom(group.start(), "", parameters);
        setFrom(group.start(), "", averages);
        for (int shard = 0; shard < shardCount; shard++) {
            shardGradients.add(new ParameterBuffers(layout, memory, owner));
        }
        optimizer = owner.own(new AdamW(layout, memory));
        gradientSum = owner.own(new GradientSum(memory));
        gradientNorm = owner.own(new GradientNorm(memory));
    }

    /** Returns the gradients of the first shard, to which {@link #addShards} adds the others. */
    private ParameterBuffers gradients() {
        return shardGradients.get(0);
    }

    void addShards() {
        for (ParameterBuffers more : shardGradients.subList(1, shardGradients.size())) {
            gradientSum.addTo(gradients(), more);
        }
    }

    /** Returns the norm of the sum of the shards' gradients. */
    double gradientNorm() {
        return gradientNorm.of(gradients());
    }

    void update(float gradientScale, Update update, float averaging) {
        Update own = new Update(
                update.learningRate(),
                update.beta1(),
                update.beta2(),
                update.epsilon(),
                weightDecay,
                update.maxGradientNorm());
        optimizer.update(parameters, gradients(), gradientScale, own);
        average.moveTowards(parameters, averaging);
    }

    /** Returns all that changes in training, by a prefix for the parameters' names, in an order that stays. */
    Map<String, ParameterBuffers> parts() {
        return ImmutableMap.of(
                "parameter/",
                parameters,
                "average/",
                averages,
                "first_moment/",
                optimizer.firstMoments(),
                "second_moment/",
                optimizer.secondMoments());
    }

    void copyTo(Map<String, FloatTensor> target, String prefix, ParameterBuffers buffers) {
        List<FloatBuffer> values = buffers.values();
        for (String name : layout.names()) {
            target.put(prefix + name, FloatTensor.of(layout.shape(name), layout.slice(values, name)));
        }
    }

    void setFrom(Map<String, FloatTensor> source, String prefix, ParameterBuffers buffers) {
        buffers.set(target -> {
            for (String name : layout.names()) {
                FloatTensor values = source.get(prefix + name);
                if (values == null || !values.shape().equals(layout.shape(name))) {
                    throw new IllegalArgumentException("expected " + prefix + name + " " + layout.shape(name)
                            + ", but was " + (values == null ? "nothing" : values.shape()));
                }
                layout.slice(target, name).put(values.values());
            }
        });
    }
}
