package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.backbone.TinyLora.Form;

class LoraFuzzTest extends ReaderFuzzTest {

    private LoraFiles base;

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path model = TwoForms.VERSION_1.writeFolder(folder.resolve("base"), StoredPrecision.FLOAT16);
        base = LoraFiles.none(ModelFiles.open(model));
        TinyLora lora = new TinyLora(model);
        Path file = lora.write(
                folder.resolve("style.safetensors"),
                Form.PEFT,
                Map.of("lora_adapter_metadata", "{\"unet.lora_alpha\": 8, \"unet.alpha_pattern\": {\"to_q\": 4}}"));
        Path adapter = lora.write(
                Files.createDirectory(folder.resolve("adapter")).resolve("adapter.safetensors"), Form.PEFT, Map.of());
        Path config = adapter.resolveSibling("adapter_config.json");
        Files.writeString(config, "{\"lora_alpha\": 8, \"use_rslora\": true, \"alpha_pattern\": {\"to_q\": 4}}");
        return List.of(file, config);
    }

    @Override
    protected void read(Path file) throws IOException {
        Path lora = file.getFileName().toString().endsWith(".json") ? file.resolveSibling("adapter.safetensors") : file;
        try (LoraFiles files = base.with(List.of(new LoraFile(lora, 1)))) {
            files.files().requireUnchanged();
        }
    }

    @Override
    protected void close() {
        base.close();
    }
}
