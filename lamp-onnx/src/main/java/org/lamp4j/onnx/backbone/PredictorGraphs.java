package org.lamp4j.onnx.backbone;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;

/**
 * What a predictor runs: the whole network, and what of it lies above its deep features where these are reused. Both
 * have the same weights.
 *
 * @param whole the network, in one or more parts
 * @param aboveDeepFeatures what lies above the deep features, in one or more parts; none if they are not reused
 * @param features the deep features: an output of the one, an input of the other, under their own name
 */
record PredictorGraphs(List<Graph> whole, List<Graph> aboveDeepFeatures, Optional<Value> features) {

    /** Returns a network that does not reuse deep features. */
    static PredictorGraphs of(VideoUNetGraph unet) {
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        return new PredictorGraphs(List.of(unet.graph()), List.of(), Optional.empty());
    }

    /** Returns a network that can reuse them. */
    static PredictorGraphs reusing(VideoUNetGraph unet) {
        Value features = unet.deepFeatures();
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        unet.graph().output(features.name(), features);
        return new PredictorGraphs(List.of(unet.graph()), List.of(unet.aboveDeepFeatures()), Optional.of(features));
    }

    /** Returns the same, cut into parts. */
    PredictorGraphs inParts() {
        return new PredictorGraphs(parts(whole), parts(aboveDeepFeatures), features);
    }

    private static List<Graph> parts(List<Graph> graphs) {
        return graphs.stream().flatMap(graph -> GraphParts.of(graph).stream()).toList();
    }

    /** Returns the names of what a run is given. */
    Set<String> inputNames() {
        return all().flatMap(graph -> graph.inputs().stream()).map(Value::name).collect(Collectors.toSet());
    }

    /** Returns how many clips a run takes. */
    int clips() {
        return whole.stream()
                .flatMap(part -> part.inputs().stream())
                .filter(input -> input.name().equals(VideoUNetGraph.SAMPLE))
                .findFirst()
                .orElseThrow()
                .shape()
                .size(0);
    }

    /** Returns the bytes of the weights in float32, once for each graph that has them. */
    long weightBytes() {
        return all().mapToLong(MemoryPlan::weightBytes).sum();
    }

    /** Estimates what sessions of both come to hold if they give nothing back. */
    long heldBytes() {
        return all().mapToLong(graph -> PeakMemory.held(graph, outside())).sum();
    }

    /** Estimates the most that a run of either takes, if sessions give back all memory. */
    long peakBytes() {
        return Math.max(PeakMemory.of(whole, outside()), PeakMemory.of(aboveDeepFeatures, outside()));
    }

    /**
     * Estimates what sessions of both come to hold of a device's own memory. Weights that both have are there twice.
     *
     * @param device the device
     * @return bytes
     */
    long deviceBytes(ComputeDevice device) {
        return all().mapToLong(graph -> DeviceMemory.of(graph, device.freesBuffersAtOnce()))
                .sum();
    }

    /** Returns the bytes of the deep features of one run. */
    long featureBytes() {
        return features.map(Value::type).map(TensorType::byteSize).orElse(0L);
    }

    private Stream<Graph> all() {
        return Stream.concat(whole.stream(), aboveDeepFeatures.stream());
    }

    /** Outputs that are written to memory of the predictor's. */
    private Set<String> outside() {
        return Stream.concat(Stream.of(VideoUNetGraph.OUTPUT), features.stream().map(Value::name))
                .collect(Collectors.toSet());
    }
}
