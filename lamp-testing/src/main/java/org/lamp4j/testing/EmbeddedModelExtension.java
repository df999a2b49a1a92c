package org.lamp4j.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.files.ScratchFolder;

/** Opens the model once for each top-level test class. */
final class EmbeddedModelExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(EmbeddedModelExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Backbone.class;
    }

    @Override
    public Backbone resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return topLevelClass(context)
                .getStore(NAMESPACE)
                .computeIfAbsent(OpenModel.class, key -> open(), OpenModel.class)
                .backbone();
    }

    /** Its store is closed after the last of its tests. */
    private static ExtensionContext topLevelClass(ExtensionContext context) {
        ExtensionContext inner = context;
        Optional<ExtensionContext> outer = inner.getParent();
        while (outer.isPresent() && outer.get() != context.getRoot()) {
            inner = outer.get();
            outer = inner.getParent();
        }
        return inner;
    }

    private static OpenModel open() {
        try {
            return OpenModel.open();
        } catch (IOException e) {
            throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The model, and the folder that its weights are mapped from.
     *
     * @param folder removed after the model is closed
     * @param backbone the open model
     */
    private record OpenModel(ScratchFolder folder, Backbone backbone) implements AutoCloseable {

        static OpenModel open() throws IOException {
            ScratchFolder folder = ScratchFolder.ofSystem();
            try {
                Path model = folder.path().resolve("model");
                EmbeddedModel.copyTo(model);
                return new OpenModel(folder, Backbone.load(model, Device.cpu()));
            } catch (IOException | RuntimeException | Error e) {
                folder.close();
                throw e;
            }
        }

        @Override
        public void close() {
            try (folder) {
                backbone.close();
            }
        }
    }
}
