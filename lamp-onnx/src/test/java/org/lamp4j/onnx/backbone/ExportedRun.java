package org.lamp4j.onnx.backbone;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Runs exported files in sessions of stock ONNX Runtime. */
final class ExportedRun {

    private ExportedRun() {}

    /** Runs {@code model.onnx} of a folder. */
    static Map<String, FloatTensor> of(Path folder, Map<String, FloatTensor> floats, Map<String, int[]> numbers)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try (OrtSession session =
                environment.createSession(folder.resolve("model.onnx").toString())) {
            for (Map.Entry<String, FloatTensor> one : floats.entrySet()) {
                FloatTensor value = one.getValue();
                given.put(
                        one.getKey(),
                        OnnxTensor.createTensor(
                                environment, value.values(), value.shape().longSizes()));
            }
            for (Map.Entry<String, int[]> one : numbers.entrySet()) {
                long[] values = Arrays.stream(one.getValue()).asLongStream().toArray();
                long[] shape =
                        one.getKey().equals("input_ids") ? new long[] {1, values.length} : new long[] {values.length};
                given.put(one.getKey(), OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
            }
            try (OrtSession.Result results = session.run(given)) {
                Map<String, FloatTensor> found = new LinkedHashMap<>();
                results.forEach(result -> found.put(result.getKey(), tensor((OnnxTensor) result.getValue())));
                return found;
            }
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private static FloatTensor tensor(OnnxTensor value) {
        int[] sizes = Arrays.stream(value.getInfo().getShape())
                .mapToInt(Math::toIntExact)
                .toArray();
        return FloatTensor.of(Shape.of(sizes), value.getFloatBuffer());
    }
}
