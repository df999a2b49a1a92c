package org.lamp4j.onnx.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;

/** Parameters that many runs take and none changes. */
public final class FixedParameters {

    private FixedParameters() {}

    /**
     * Makes tensors of parameters: over the values where these lie, in host memory; in a device's, of a copy of them
     * that is made once.
     *
     * @param parameters the parameters
     * @param memory where the tensors are to lie
     * @param owner closes the tensors
     * @return the tensors by name
     */
    public static Map<String, NativeTensor> of(MotionWeights parameters, TensorMemory memory, NativeScope owner) {
        if (memory.isHost()) {
            Map<String, NativeTensor> tensors = new LinkedHashMap<>();
            for (Parameter parameter : parameters.parameters()) {
                tensors.put(parameter.name(), owner.own(NativeTensor.over(parameter.shape(), parameter.values())));
            }
            return tensors;
        }
        if (parameters.elementCount() == 0) {
            return Map.of();
        }
        ParameterBuffers buffers = new ParameterBuffers(ParameterLayout.of(parameters, memory), memory, owner);
        buffers.set(parameters);
        return buffers.tensors();
    }
}
