package org.lamp4j.onnx.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.lamp4j.Backbone;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.op.StandardOperators;

/**
 * A folder in the layout of exported diffusers models, with networks of ONNX's own operators.
 *
 * @param folder the folder
 * @param notes what each network's file says beside its inputs and outputs
 */
record StandardFolder(Path folder, Map<String, String> notes) {

    private static final String DIFFUSERS = "diffusers";
    private static final List<String> NETWORK = List.of(DIFFUSERS, "OnnxRuntimeModel");

    /** Writes a network and its configuration. */
    void write(String name, Graph graph, Map<String, Object> config) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(notes);
        graph.inputs().forEach(input -> metadata.put("input." + input.name(), text(input.type())));
        graph.outputs().forEach((output, value) -> metadata.put("output." + output, text(value.type())));
        Path place = folder.resolve(name);
        OnnxModel.write(StandardOperators.of(graph), place, metadata);
        AtomicFile.write(place.resolve(ModelFiles.CONFIG), StrictJson.indented(config));
    }

    private static String text(TensorType type) {
        return type.elementType().name().toLowerCase(Locale.ROOT)
                + IntStream.range(0, type.shape().rank())
                        .mapToObj(axis -> Integer.toString(type.shape().size(axis)))
                        .toList();
    }

    /** Writes what a pipeline needs beside the networks. */
    void writeRest(Backbone backbone) throws IOException {
        backbone.tokenizer().write(folder.resolve("tokenizer"));
        backbone.noiseSchedule().write(folder.resolve("scheduler"));
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("_class_name", "OnnxStableDiffusionPipeline");
        index.put("scheduler", List.of(DIFFUSERS, "DDIMScheduler"));
        index.put("text_encoder", NETWORK);
        index.put("tokenizer", List.of("transformers", "CLIPTokenizer"));
        index.put("unet", NETWORK);
        index.put("vae_decoder", NETWORK);
        index.put("vae_encoder", NETWORK);
        AtomicFile.write(folder.resolve("model_index.json"), StrictJson.indented(index));
    }
}
