package org.lamp4j.examples.accept;

import java.util.List;
import java.util.regex.Pattern;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Kind;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.examples.verify.Row;

/**
 * How far a row of a fixture may be off where numbers are rounded more coarsely than in float32 on the CPU, which the
 * rows' own tolerances are for. In float32 a GPU rounds the factors of products to the 10 bits of TF32, float16 rounds
 * every activation to as many; float16 on the CPU is off by a third of what is allowed here, or less.
 */
enum DeviceTolerance {
    /** The fixture's own tolerances. */
    CPU_FLOAT32(0, 0, 0, 1e-4),
    /** TF32 in products. */
    GPU_FLOAT32(5e-3, 5e-2, 0.2, 2e-2),
    /** float16 in all but norms, softmax, sums and loss. */
    FLOAT16(2e-2, 1e-1, 0.6, 1e-1);

    /**
     * Gradients one by one, of which some are almost nothing beside the others, and parameters beside the way they
     * went: Adam's first steps have one length whatever the gradient's, and its sign is rounding's.
     */
    private static final Pattern GRADIENTS = Pattern.compile("train\\.\\d+\\.(grad|param)\\.\\*");

    /** What is computed from updated parameters, or with another error than that of an activation. */
    private static final Pattern LATER = Pattern.compile("train\\.([1-9]\\d*\\..*|0\\.gradient norm)");

    /** Each step's error is fed to the next, and grows; each step alone is compared too. */
    private static final Pattern TRAJECTORIES = Pattern.compile("sample: run, .*|inversion\\..*");

    /** What is computed without a network is computed on the CPU. */
    private static final List<String> WITHOUT_NETWORK =
            List.of("scheduler.", "text.input_ids", "train.0.noisy", "trainable_parameters", "histogram.");

    private final double activations;
    private final double later;
    private final double gradients;
    private final double allGradients;

    DeviceTolerance(double activations, double later, double gradients, double allGradients) {
        this.activations = activations;
        this.later = later;
        this.gradients = gradients;
        this.allGradients = allGradients;
    }

    static DeviceTolerance of(Device device) {
        if (device.precision() != Precision.FLOAT32) {
            return FLOAT16;
        }
        return device.kind() == Kind.CPU ? CPU_FLOAT32 : GPU_FLOAT32;
    }

    /** Returns how far gradients may be off, all together, relative to their norm. */
    double ofAllGradients() {
        return allGradients;
    }

    /** Returns the row with the tolerance that holds here. */
    Row apply(Row row) {
        if (this == CPU_FLOAT32 || WITHOUT_NETWORK.stream().anyMatch(row.name()::startsWith)) {
            return row;
        }
        return new Row(row.name(), row.error(), Math.max(row.tolerance(), least(row.name())));
    }

    private double least(String name) {
        if (TRAJECTORIES.matcher(name).matches()) {
            return Double.POSITIVE_INFINITY;
        }
        if (GRADIENTS.matcher(name).matches()) {
            return gradients;
        }
        return LATER.matcher(name).matches() ? later : activations;
    }
}
