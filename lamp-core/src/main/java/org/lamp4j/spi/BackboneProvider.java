package org.lamp4j.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.device.Device;

/** The service that opens model folders; lamp-onnx provides one built on ONNX Runtime. */
public interface BackboneProvider {

    /**
     * Opens the text encoder, auto-encoder and UNet of a model folder.
     *
     * @param modelFolder a Stable Diffusion v1 folder in diffusers layout
     * @param device where to run it
     * @return the model; the caller closes it
     * @throws IOException if a file is missing or damaged (an {@link org.lamp4j.errors.ModelFormatException}); the
     *     message names file and tensor
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there; the message says what is missing
     */
    BackboneModel open(Path modelFolder, Device device) throws IOException;
}
