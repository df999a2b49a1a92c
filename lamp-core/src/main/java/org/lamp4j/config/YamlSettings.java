package org.lamp4j.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.files.ModelText;
import org.lamp4j.files.StrictJson;

/**
 * Reads a YAML file of settings: values and lists of values, alone or in a group. That is all that is read, event by
 * event: objects are never made, tags and aliases are refused, so nothing in a file can run or grow.
 */
final class YamlSettings {

    private final Path file;
    private final YAMLParser yaml;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private YamlSettings(Path file, YAMLParser yaml) {
        this.file = file;
        this.yaml = yaml;
    }

    /** Returns the settings that have a value, by name, in the order of the file. */
    static Map<String, Setting> read(Path file) throws IOException {
        String text = ModelText.read(file, ModelText.MAX_CONFIG_BYTES);
        try (YAMLParser yaml = StrictJson.yaml(text)) {
            return new YamlSettings(file, yaml).readAll();
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "expected YAML, but was: " + e.getOriginalMessage() + " (" + file + ", line "
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ")",
                    e);
        }
    }

    private Map<String, Setting> readAll() throws IOException {
        if (next() != JsonToken.START_OBJECT) {
            throw refusal("settings like learning_rate: 3e-5");
        }
        readGroup("");
        if (yaml.nextToken() != null) {
            throw refusal("a single document");
        }
        return settings;
    }

    private void readGroup(String prefix) throws IOException {
        while (yaml.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix + yaml.currentName();
            int line = line();
            JsonToken token = next();
            if (token == JsonToken.START_OBJECT && prefix.isEmpty()) {
                readGroup(name + ".");
            } else if (token == JsonToken.START_ARRAY) {
                add(name, readList(name), line);
            } else if (token.isScalarValue()) {
                add(name, token == JsonToken.VALUE_NULL ? List.of() : List.of(yaml.getText()), line);
            } else {
                throw refusal(name + " to be a value or a list of values");
            }
        }
    }

    private List<String> readList(String name) throws IOException {
        List<String> values = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
                throw refusal("values in the list " + name);
            }
            values.add(yaml.getText());
        }
        return values;
    }

    /** A setting without a value is as good as none. */
    private void add(String name, List<String> values, int line) throws IOException {
        Setting setting = new Setting(name, values, file + ", line " + line);
        Setting earlier = settings.putIfAbsent(name, setting);
        if (earlier != null) {
            throw new IOException("expected " + name + " once, but was there again (" + setting.where() + ")");
        }
    }

    private JsonToken next() throws IOException {
        JsonToken token = yaml.nextToken();
        if (token == null) {
            throw refusal("settings");
        }
        if (yaml.isCurrentAlias()) {
            throw new IOException(
                    "expected a value, but was the alias *" + yaml.getText() + " (" + file + ", line " + line() + ")");
        }
        if (yaml.getTypeId() != null) {
            throw new IOException("expected a value without a tag, but was one of the type " + yaml.getTypeId() + " ("
                    + file + ", line " + line() + ")");
        }
        return token;
    }

    private int line() {
        return yaml.currentTokenLocation().getLineNr();
    }

    private IOException refusal(String expected) {
        JsonToken token = yaml.currentToken();
        return new IOException("expected " + expected + ", but was " + (token == null ? "nothing" : describe(token))
                + " (" + file + ", line " + line() + ")");
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "a group";
            case START_ARRAY -> "a list";
            case VALUE_NULL -> "nothing";
            default -> "something else";
        };
    }
}
