import org.lamp4j.onnx.backbone.OnnxBackboneProvider;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;
import org.lamp4j.spi.BackboneProvider;

/**
 * Stable Diffusion and its video UNet on ONNX Runtime: the backbone that org.lamp4j.core finds, export as ONNX files,
 * CLIP scores, and training whole networks from nothing.
 */
@SuppressWarnings({
    "requires-automatic", // Of these libraries no release has a module descriptor.
    "module" // The one that org.lamp4j.onnx.spi is exported to is built after this one.
})
module org.lamp4j.onnx {
    requires transitive org.lamp4j.core;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.google.common;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires jdk.management;
    requires org.tribuo.util.onnx;
    requires pickle;

    exports org.lamp4j.onnx.clip;
    exports org.lamp4j.onnx.config;
    exports org.lamp4j.onnx.export;
    exports org.lamp4j.onnx.pretraining;
    exports org.lamp4j.onnx.spi to
            org.lamp4j.cuda;

    uses DeviceMemoryProvider;

    provides BackboneProvider with
            OnnxBackboneProvider;
}
