package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.BackboneProvider;

/** Opens Stable Diffusion models on ONNX Runtime; lamp-core finds it as a service. */
public final class OnnxBackboneProvider implements BackboneProvider {

    /** Creates the provider. */
    public OnnxBackboneProvider() {}

    @Override
    public BackboneModel open(Path model, Device device) throws IOException {
        return open(ModelFiles.open(model), device);
    }

    @Override
    public BackboneModel open(Path model, Device device, PredictionType predictionType) throws IOException {
        return open(ModelFiles.open(model, Optional.of(predictionType)), device);
    }

    private static BackboneModel open(ModelFiles files, Device device) throws IOException {
        try {
            return OnnxBackbone.open(files, Devices.choose(device), device.memoryBudget());
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }
}
