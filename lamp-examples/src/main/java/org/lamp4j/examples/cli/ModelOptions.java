package org.lamp4j.examples.cli;

import java.io.IOException;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import picocli.CommandLine.Mixin;

/** Which base model, what is added to it, and where it runs. */
final class ModelOptions {

    @Mixin
    private ModelPath model;

    @Mixin
    private PredictionOption prediction;

    @Mixin
    private LoraOption lora;

    @Mixin
    private EmbeddingOption embedding;

    @Mixin
    private DeviceOption device;

    Device device() {
        return device.get();
    }

    Backbone open() throws IOException {
        return open(device.get());
    }

    /** Opens the model on a device of the caller's, instead of the one that is given. */
    Backbone open(Device other) throws IOException {
        return embedding.addTo(lora.addTo(() -> prediction.open(model.get(), other)));
    }
}
