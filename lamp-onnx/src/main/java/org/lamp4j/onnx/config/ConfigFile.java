package org.lamp4j.onnx.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;

/** A model's {@code config.json}, read with checks: whatever it asks for that is not built here is refused by name. */
final class ConfigFile {

    /** Above any size of a network; a product of two of them is within a long. */
    private static final int MAX_NUMBER = 1 << 20;

    /** Of layers at one level: deeper than any network of these kinds. */
    private static final int MAX_DEPTH = 64;

    /** Each level halves the image. */
    private static final int MAX_LEVELS = 8;

    private final Path file;
    private final JsonNode root;

    private ConfigFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static ConfigFile read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "expected a model's configuration");
        }
        return new ConfigFile(file, ModelText.readObject(file, ModelText.MAX_CONFIG_BYTES));
    }

    /** Returns an object within this one; errors still name the file. */
    ConfigFile child(String key) throws IOException {
        if (!value(key).isObject()) {
            throw unexpected(key, "an object");
        }
        return new ConfigFile(file, value(key));
    }

    int integer(String key) throws IOException {
        return integer(key, Optional.empty(), MAX_NUMBER);
    }

    int integer(String key, int ifAbsent) throws IOException {
        return integer(key, Optional.of(ifAbsent), MAX_NUMBER);
    }

    /** A number of layers, each of which costs memory whatever the file of weights holds. */
    int depth(String key, int ifAbsent) throws IOException {
        return integer(key, Optional.of(ifAbsent), MAX_DEPTH);
    }

    private int integer(String key, Optional<Integer> ifAbsent, int most) throws IOException {
        JsonNode value = value(key);
        if (value.isNull() && ifAbsent.isPresent()) {
            return ifAbsent.get();
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 1 || value.intValue() > most) {
            throw unexpected(key, "a whole number of 1 to " + most);
        }
        return value.intValue();
    }

    float number(String key, double ifAbsent) throws IOException {
        JsonNode value = value(key);
        if (value.isNull()) {
            return (float) ifAbsent;
        }
        if (!value.isNumber()) {
            throw unexpected(key, "a number");
        }
        return (float) value.doubleValue();
    }

    boolean flag(String key, boolean ifAbsent) throws IOException {
        JsonNode value = value(key);
        if (value.isNull()) {
            return ifAbsent;
        }
        if (!value.isBoolean()) {
            throw unexpected(key, "true or false");
        }
        return value.booleanValue();
    }

    List<Integer> integers(String key) throws IOException {
        JsonNode value = value(key);
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            numbers.add(element.canConvertToInt() ? element.intValue() : 0);
        }
        if (!value.isArray()
                || numbers.isEmpty()
                || numbers.size() > MAX_LEVELS
                || numbers.stream().anyMatch(number -> number < 1 || number > MAX_NUMBER)) {
            throw unexpected(key, "a list of up to " + MAX_LEVELS + " whole numbers of 1 to " + MAX_NUMBER);
        }
        return List.copyOf(numbers);
    }

    List<String> strings(String key) throws IOException {
        JsonNode value = value(key);
        if (!value.isArray() || value.isEmpty()) {
            throw unexpected(key, "a list of strings");
        }
        List<String> strings = new ArrayList<>();
        value.forEach(element -> strings.add(element.asText()));
        return List.copyOf(strings);
    }

    String string(String key, String ifAbsent) {
        JsonNode value = value(key);
        return value.isNull() ? ifAbsent : value.asText();
    }

    boolean isList(String key) {
        return value(key).isArray();
    }

    boolean isAbsent(String key) {
        return value(key).isNull();
    }

    /** Refuses any value but the given ones; an absent or null one means the first. */
    void supportOnly(String key, Object... supported) throws IOException {
        String value = string(key, supported[0].toString());
        for (Object one : supported) {
            if (value.equals(one.toString())) {
                return;
            }
        }
        throw unexpected(key, List.of(supported).toString());
    }

    IOException unexpected(String key, String expected) {
        return new ModelFormatException(
                "expected " + key + " to be " + expected + ", but was " + value(key) + " (" + file + ")", file, key);
    }

    private JsonNode value(String key) {
        return root.has(key) ? root.get(key) : JsonNodeFactory.instance.nullNode();
    }
}
