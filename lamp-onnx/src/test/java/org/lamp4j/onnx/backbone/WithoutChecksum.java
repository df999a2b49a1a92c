package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;

/**
 * Makes a pattern or checkpoint one of the first version of the format, in which damage is not noticed by a checksum.
 */
final class WithoutChecksum {

    private WithoutChecksum() {}

    static Path rewrite(Path file) throws IOException {
        try (Checkpoint content = Checkpoint.open(file)) {
            List<StoredTensor> tensors =
                    content.names().stream().map(content::tensor).toList();
            Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
            metadata.remove(Checkpoint.CHECKSUM);
            metadata.computeIfPresent("format_version", (key, version) -> "1");
            SafetensorsWriter.write(file, tensors, metadata);
        }
        return file;
    }
}
