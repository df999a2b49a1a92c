package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;

/** Patterns: one of low-rank updates, and a whole video UNet as LAMP's own program writes it. */
class MotionFilesFuzzTest extends ReaderFuzzTest {

    private static final String LOW_RANK = "low-rank.safetensors";
    private static final List<String> MODULES = List.of("attn1.to_q", "conv_gate");

    private BackboneModel model;

    @Override
    protected List<Path> write(Path folder) throws IOException {
        model = TinyModel.in(folder.resolve("base")).open();
        model.storage()
                .writeMotion(
                        folder.resolve(LOW_RANK),
                        TinyModel.lowRankMotion(model, MODULES),
                        StoredPrecision.FLOAT16,
                        Map.of("steps", "1"));
        WithoutChecksum.rewrite(folder.resolve(LOW_RANK));
        model.storage().writeVideoUNet(folder, TinyModel.motion(model, MODULES));
        Path unet = folder.resolve("unet");
        return List.of(
                folder.resolve(LOW_RANK), unet.resolve("config.json"), unet.resolve("diffusion_pytorch_model.bin"));
    }

    @Override
    protected void read(Path file) throws IOException {
        boolean isLowRank = file.endsWith(LOW_RANK);
        MotionWeights motion =
                model.storage().readMotion(isLowRank ? file : file.getParent()).weights();
        if (isLowRank) {
            model.merged(motion);
        }
    }

    @Override
    protected Set<Class<? extends Exception>> refusals() {
        return Set.of(IOException.class, IllegalArgumentException.class);
    }

    @Override
    protected void close() {
        model.close();
    }
}
