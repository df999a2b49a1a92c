package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.export.OnnxExport;

/** A text encoder and a VAE that lie there as ONNX files. */
class OnnxFilesFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path source = TwoForms.VERSION_1.writeFolder(folder.resolve("source"), StoredPrecision.FLOAT32);
        Path model = folder.resolve("model");
        try (Backbone backbone = Backbone.load(source)) {
            new OnnxExport(1, new FrameSize(8, 8)).writeStandard(backbone, Optional.empty(), model);
        }
        Files.delete(model.resolve("unet/model.onnx"));
        Files.copy(
                source.resolve("unet/diffusion_pytorch_model.safetensors"),
                model.resolve("unet/diffusion_pytorch_model.safetensors"));
        return List.of(model.resolve("text_encoder/model.onnx"), model.resolve("vae_decoder/model.onnx"));
    }

    @Override
    protected void read(Path file) throws IOException {
        Backbone.load(file.getParent().getParent()).close();
    }
}
