package org.lamp4j.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelFormatExceptionTest {

    private static final Path FILE = Path.of("unet", "model.safetensors");

    @Test
    void keyAndPath_ofAnEntry_areThere() {
        ModelFormatException damaged = new ModelFormatException("expected a tensor, but was none", FILE, "conv_in");

        assertThat(damaged).isInstanceOf(IOException.class).hasMessage("expected a tensor, but was none");
        assertThat(damaged.path()).isEqualTo(FILE);
        assertThat(damaged.key()).contains("conv_in");
    }

    @Test
    void key_ofTheFileAsAWhole_isEmpty() {
        Exception cause = new IllegalStateException("broken");

        assertThat(new ModelFormatException("expected JSON", FILE).key()).isEmpty();
        assertThat(new ModelFormatException("expected JSON", FILE, cause).key()).isEmpty();
        assertThat(new ModelFormatException("expected JSON", FILE, cause)).hasCause(cause);
    }

    /** Clusters send exceptions from one machine to another. */
    @Test
    void serialized_keepsPathAndKey() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new ModelFormatException("expected a tensor", FILE, "conv_in"));
        }

        ModelFormatException read = (ModelFormatException)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(read.path()).isEqualTo(FILE);
        assertThat(read.key()).contains("conv_in");
    }
}
