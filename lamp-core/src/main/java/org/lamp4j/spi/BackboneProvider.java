package org.lamp4j.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.device.Device;

/** The service that opens models; lamp-onnx provides one built on ONNX Runtime. */
public interface BackboneProvider {

    /**
     * Opens the text encoder, auto-encoder and UNet of a model.
     *
     * @param model a Stable Diffusion 1 or 2 folder in diffusers layout, or a single file in the original layout
     * @param device where to run it
     * @return the model; the caller closes it
     * @throws IOException if a file is missing or damaged (an {@link org.lamp4j.errors.ModelFormatException}); the
     *     message names file and tensor
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there; the message says what is missing
     */
    BackboneModel open(Path model, Device device) throws IOException;
}
