import org.lamp4j.media.MediaFiles;
import org.lamp4j.spi.BackboneProvider;

/**
 * What LAMP is: motion patterns, options, media, tokenizer, noise schedule. Networks come from the module that provides
 * {@link BackboneProvider} (org.lamp4j.onnx), files of video and images from the one that provides {@link MediaFiles}
 * (org.lamp4j.video).
 */
@SuppressWarnings("module") // The modules that org.lamp4j.files is exported to are built after this one.
module org.lamp4j.core {
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires jdk.management;
    requires transitive java.desktop;
    requires static transitive org.jspecify;

    exports org.lamp4j;
    exports org.lamp4j.config;
    exports org.lamp4j.device;
    exports org.lamp4j.diffusion;
    exports org.lamp4j.errors;
    exports org.lamp4j.evaluation;
    exports org.lamp4j.generation;
    exports org.lamp4j.media;
    exports org.lamp4j.motion;
    exports org.lamp4j.progress;
    exports org.lamp4j.spi;
    exports org.lamp4j.tensor;
    exports org.lamp4j.text;
    exports org.lamp4j.training;
    exports org.lamp4j.files to
            org.lamp4j.onnx,
            org.lamp4j.testing,
            org.lamp4j.video;

    uses BackboneProvider;
    uses MediaFiles;
}
