package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.format.OnnxFile;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A VAE that lies there as two ONNX files, encoder and decoder; one image at a time. An encoder may give mean and
 * log-variance, joined or apart, or latents alone: these are taken as the mean of a distribution with next to no
 * variance.
 */
final class OnnxFileLatentCodec extends VaeCodec {

    /** Both moments along the channels; the names that exporters give. */
    private static final List<String> JOINED = List.of(OnnxLatentCodec.PARAMETERS, "moments");

    private static final float SMALLEST_LOG_VARIANCE = -30;
    private static final float LARGEST_LOG_VARIANCE = 20;

    private final List<String> moments;
    private final OnnxNetwork encoder;
    private final OnnxNetwork decoder;

    OnnxFileLatentCodec(VaeConfig config, OnnxNetworks.Vae files, ComputeDevice device) throws ModelFormatException {
        super(config);
        OnnxFile encoderFile = files.encoder();
        OnnxFile decoderFile = files.decoder();
        moments = moments(encoderFile);
        for (String output : moments) {
            OnnxNetwork.requireOutput(encoderFile, output, 1, OnnxFile.ANY, OnnxFile.ANY, OnnxFile.ANY);
        }
        OnnxNetwork.requireOutput(
                decoderFile, OnnxLatentCodec.IMAGES, 1, config.imageChannels(), OnnxFile.ANY, OnnxFile.ANY);
        try {
            encoder = natives.own(
                    OnnxNetwork.ofImages(encoderFile, OnnxLatentCodec.IMAGES, config.imageChannels(), device));
            decoder = natives.own(
                    OnnxNetwork.ofImages(decoderFile, OnnxLatentCodec.LATENTS, config.latentChannels(), device));
        } catch (ModelFormatException | RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    private static List<String> moments(OnnxFile file) throws ModelFormatException {
        Set<String> given = file.outputs().keySet();
        for (String joined : JOINED) {
            if (given.contains(joined)) {
                return List.of(joined);
            }
        }
        if (given.containsAll(List.of(OnnxLatentCodec.MEAN, OnnxLatentCodec.LOG_VARIANCE))) {
            return List.of(OnnxLatentCodec.MEAN, OnnxLatentCodec.LOG_VARIANCE);
        }
        for (String alone : List.of(OnnxLatentCodec.MEAN, OnnxLatentCodec.LATENTS)) {
            if (given.contains(alone)) {
                return List.of(alone);
            }
        }
        throw OnnxNetwork.refused(
                "an output " + String.join(", ", JOINED) + ", " + OnnxLatentCodec.MEAN + " or "
                        + OnnxLatentCodec.LATENTS,
                OnnxNetwork.names(given),
                file);
    }

    @Override
    public synchronized LatentDistribution encode(FloatTensor pixels) {
        checkOpen();
        Shape shape = checkImages(pixels);
        Shape latent = Shape.of(1, config.latentChannels(), shape.size(2) / factor(), shape.size(3) / factor());
        List<FloatTensor> means = new ArrayList<>();
        List<FloatTensor> logVariances = new ArrayList<>();
        for (int index = 0; index < shape.size(0); index++) {
            List<FloatTensor> given = encoder.run(pixels.slice(0, index, index + 1), moments);
            LatentDistribution one = distribution(given, latent);
            means.add(one.mean());
            logVariances.add(one.logVariance());
        }
        return new LatentDistribution(FloatTensor.concat(0, means), FloatTensor.concat(0, logVariances));
    }

    private LatentDistribution distribution(List<FloatTensor> given, Shape latent) {
        if (given.size() == 2) {
            return new LatentDistribution(
                    encoder.require(given.get(0), latent, OnnxLatentCodec.MEAN),
                    clamped(encoder.require(given.get(1), latent, OnnxLatentCodec.LOG_VARIANCE)));
        }
        String name = moments.get(0);
        FloatTensor values = given.get(0);
        int channels = config.latentChannels();
        boolean both = JOINED.contains(name) || values.shape().equals(latent.with(1, 2 * channels));
        if (both) {
            encoder.require(values, latent.with(1, 2 * channels), name);
            return new LatentDistribution(
                    values.slice(1, 0, channels), clamped(values.slice(1, channels, 2 * channels)));
        }
        return new LatentDistribution(
                encoder.require(values, latent, name), FloatTensor.generate(latent, index -> SMALLEST_LOG_VARIANCE));
    }

    private static FloatTensor clamped(FloatTensor logVariance) {
        return FloatTensor.generate(
                logVariance.shape(),
                index -> Math.min(LARGEST_LOG_VARIANCE, Math.max(SMALLEST_LOG_VARIANCE, logVariance.valueAt(index))));
    }

    @Override
    public synchronized FloatTensor decode(FloatTensor latents) {
        checkOpen();
        Shape shape = checkLatents(latents);
        Shape image = Shape.of(1, config.imageChannels(), shape.size(2) * factor(), shape.size(3) * factor());
        List<FloatTensor> images = new ArrayList<>();
        for (int index = 0; index < shape.size(0); index++) {
            FloatTensor decoded = decoder.run(latents.slice(0, index, index + 1), List.of(OnnxLatentCodec.IMAGES))
                    .get(0);
            images.add(decoder.require(decoded, image, OnnxLatentCodec.IMAGES));
        }
        return FloatTensor.concat(0, images);
    }
}
