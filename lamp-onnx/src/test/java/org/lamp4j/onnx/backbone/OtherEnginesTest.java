package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Standard exports in other engines, against this library's own sessions of the same model. {@code .ci/engines} brings
 * the engines; without {@code -Dengines.modules} there are none.
 */
class OtherEnginesTest {

    /** Other kernels sum in another order; what was computed otherwise is at least a hundred times as far. */
    private static final double SAME = 1e-5;

    private static final String MODULES = System.getProperty("engines.modules", "");
    private static final long MINUTES = 5;

    private record Entry(String name, String type, List<Integer> shape, String file) {}

    private record Run(String name, String network, List<Entry> inputs, List<Entry> outputs) {}

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"onnxruntime-node", "onnxruntime-web"})
    void writeStandard_inAnotherEngine_givesWhatTheLibraryGives(String engine) throws Exception {
        assumeTrue(!MODULES.isEmpty(), "no other engines here: .ci/engines brings them");
        List<Run> runs = new ArrayList<>();
        for (TwoForms form : TwoForms.values()) {
            runs.addAll(runs(form));
        }
        new ObjectMapper().writeValue(folder.resolve("manifest.json").toFile(), runs);

        List<String> lines = compare(engine);

        assertThat(lines).as("%s", lines).hasSize(2 * 4);
        lines.forEach(line -> System.out.println(engine + " " + line));
        assertThat(lines)
                .allSatisfy(line -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .isLessThan(SAME));
    }

    private List<Run> runs(TwoForms form) throws IOException {
        Path exported = folder.resolve(form.name());
        Path model = form.writeFolder(folder.resolve("source-" + form), StoredPrecision.FLOAT32);
        FloatTensor image = random(1, 3, 12, 16);
        FloatTensor latent = random(1, 4, 6, 8);
        FloatTensor noisy = random(1, 4, 3, 6, 8);
        FloatTensor context = random(1, 7, 64);
        int[] ids = {518, 3, 40, 7, 519, 519, 519};
        int[] timestep = {321};
        try (Backbone backbone = Backbone.load(model);
                NoisePredictor predictor =
                        backbone.model().noisePredictor(MotionWeights.of(List.of()), noisy.shape())) {
            new OnnxExport(3, new FrameSize(16, 12)).writeStandard(backbone, Optional.empty(), exported);
            LatentDistribution moments = backbone.model().latentCodec().encode(image);
            FloatTensor joined = FloatTensor.concat(1, List.of(moments.mean(), moments.logVariance()));
            return List.of(
                    run(
                            exported,
                            "text_encoder",
                            List.of(numbers("input_ids", ids, 1, 7)),
                            floats(
                                    "last_hidden_state",
                                    backbone.model().textEncoder().encode(List.of(ids)))),
                    run(exported, "vae_encoder", List.of(floats("sample", image)), floats("latent_parameters", joined)),
                    run(
                            exported,
                            "vae_decoder",
                            List.of(floats("latent_sample", latent)),
                            floats("sample", backbone.model().latentCodec().decode(latent))),
                    run(
                            exported,
                            "unet",
                            List.of(
                                    floats("sample", noisy),
                                    numbers("timestep", timestep, 1),
                                    floats("encoder_hidden_states", context)),
                            floats("out_sample", predictor.predict(noisy, timestep, context))));
        }
    }

    private static Run run(Path exported, String network, List<Entry> inputs, Entry output) {
        return new Run(
                exported.getFileName() + "/" + network,
                exported.resolve(network).toString(),
                inputs,
                List.of(output));
    }

    private static FloatTensor random(int... sizes) {
        return RandomSource.stream(3, "engines", 0).gaussian(Shape.of(sizes));
    }

    private Entry floats(String name, FloatTensor tensor) throws IOException {
        float[] values = tensor.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Shape shape = tensor.shape();
        List<Integer> sizes = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            sizes.add(shape.size(axis));
        }
        return new Entry(name, "float32", sizes, file(bytes.array()));
    }

    private Entry numbers(String name, int[] values, Integer... sizes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(Arrays.stream(values).asLongStream().toArray());
        return new Entry(name, "int64", List.of(sizes), file(bytes.array()));
    }

    private String file(byte[] bytes) throws IOException {
        Path file = Files.createTempFile(folder, "tensor", ".raw");
        Files.write(file, bytes);
        return file.getFileName().toString();
    }

    private List<String> compare(String engine) throws Exception {
        Path script = folder.resolve("compare.mjs");
        try (InputStream source =
                Objects.requireNonNull(OtherEnginesTest.class.getResourceAsStream("/engines/compare.mjs"))) {
            Files.copy(source, script);
        }
        Path log = folder.resolve("log");
        String manifest = folder.resolve("manifest.json").toString();
        Process node = new ProcessBuilder("node", script.toString(), engine, manifest, MODULES)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(node.waitFor(MINUTES, TimeUnit.MINUTES)).as("node ends").isTrue();
        String text = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(node.exitValue()).as(text).isZero();
        return text.lines().toList();
    }
}
