package org.lamp4j.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;

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

    /**
     * Opens a model of which it is known what its UNet predicts. What a single file does not tell may follow from that,
     * such as the size of images it was trained on.
     *
     * @param model a Stable Diffusion 1 or 2 folder in diffusers layout, or a single file in the original layout
     * @param device where to run it
     * @param predictionType what the UNet predicts
     * @return the model; the caller closes it
     * @throws IOException as {@link #open(Path, Device)} does
     * @throws IllegalArgumentException if the file's schedule ends in pure noise, of which only v can be predicted
     */
    default BackboneModel open(Path model, Device device, PredictionType predictionType) throws IOException {
        return open(model, device);
    }
}
