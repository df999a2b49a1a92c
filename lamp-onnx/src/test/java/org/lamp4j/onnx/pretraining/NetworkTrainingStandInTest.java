package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.pretraining.TinyFolder.TEXT;
import static org.lamp4j.onnx.pretraining.TinyFolder.UNET;
import static org.lamp4j.onnx.pretraining.TinyFolder.VAE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.backbone.NodeProfile;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.standin.StandIn;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Where the nodes of networks run that are trained as a whole on a GPU; on a {@link StandIn}. */
@Tag(StandIn.TAG)
class NetworkTrainingStandInTest {

    private static final NetworkTraining.Optimizer OPTIMIZER =
            new NetworkTraining.Optimizer(0.9f, 0.99f, 1e-8f, 0.01f, 1);

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        StandIn.assumeLoaded();
    }

    private NetworkTraining.Start start() {
        return new NetworkTraining.Start(
                1, OPTIMIZER, InitialValues.random(0), Device.cuda(0).withProfilesIn(folder));
    }

    @Test
    void autoencoder_everyNode_runsOnTheDevice() throws IOException {
        Shape images = Shape.of(2, 3, 8, 8);
        try (NetworkTraining<AutoencoderBatch> training = NetworkTraining.ofAutoencoder(VAE, images, start())) {
            training.step(
                    List.of(new AutoencoderBatch(
                            FloatTensor.zeros(images),
                            FloatTensor.zeros(images.with(1, 1)),
                            FloatTensor.zeros(Shape.of(2, 4, 4, 4)))),
                    1e-3f,
                    0.9f);
        }

        assertAllOnTheDevice("Conv");
    }

    @Test
    void denoiser_everyNode_runsOnTheDevice() throws IOException {
        BaseModelConfig config = new BaseModelConfig(TEXT, VAE, UNET);
        int size = config.unet().sampleSize();
        FloatTensor latents = FloatTensor.zeros(Shape.of(2, config.unet().inChannels(), size, size));
        try (NetworkTraining<DenoisingBatch> training = NetworkTraining.ofDenoiser(config, 2, start())) {
            training.step(
                    List.of(new DenoisingBatch(
                            latents,
                            latents,
                            List.of(1, 2),
                            Collections.nCopies(2, new int[TEXT.positions()]),
                            FloatTensor.zeros(Shape.of(2)))),
                    1e-3f,
                    0.9f);
        }

        assertAllOnTheDevice("Softmax");
    }

    @Test
    void distillation_everyNode_runsOnTheDevice(@TempDir Path model) throws IOException {
        FloatTensor empty = FloatTensor.zeros(Shape.of(1, 5, 6));
        try (ConsistencyDistillation training = ConsistencyDistillation.open(
                ModelFiles.open(TinyFolder.write(model)),
                NoiseSchedule.stableDiffusion(PredictionType.EPSILON),
                empty,
                new ConsistencyDistillation.Plan(2, 3, 2, start()))) {
            ConsistencyBatch shard = new ConsistencyBatch(
                    FloatTensor.zeros(training.latents()), List.of(199, 399), FloatTensor.zeros(Shape.of(2, 5, 6)));
            training.step(List.of(shard), 1e-3f, 0.9f);
        }

        assertAllOnTheDevice("Conv");
    }

    private void assertAllOnTheDevice(String operator) throws IOException {
        NodeProfile profile = NodeProfile.in(folder);
        assertThat(profile.count(operator)).isPositive();
        assertThat(profile.ran().keySet()).allMatch(node -> node.startsWith("CUDA "));
        assertThat(profile.ran().keySet()).noneMatch(node -> node.contains("Memcpy"));
    }
}
