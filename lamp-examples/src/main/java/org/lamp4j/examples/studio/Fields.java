package org.lamp4j.examples.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.media.FrameSize;

/** The fields of a JSON object that somebody sent, each checked when it is asked for. */
final class Fields {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    private final ObjectNode object;

    Fields(ObjectNode object) {
        this.object = object;
    }

    static Fields parse(byte[] text) throws IOException {
        try {
            JsonNode node = StrictJson.reader().readTree(text);
            if (node instanceof ObjectNode object) {
                return new Fields(object);
            }
        } catch (JsonProcessingException notJson) {
            throw Refusal.badRequest("expected a JSON object, but was no JSON");
        }
        throw Refusal.badRequest("expected a JSON object, but was something else");
    }

    ObjectNode object() {
        return object;
    }

    /** Refuses names that mean nothing here, so that a setting with a typing error is not passed over. */
    Fields only(Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw Refusal.badRequest("expected one of " + String.join(", ", new TreeSet<>(known)) + ", but was "
                        + PrintableText.excerpt(name));
            }
        }
        return this;
    }

    boolean has(String name) {
        return !node(name).isMissingNode();
    }

    /** Returns what is there; a null counts as nothing. */
    JsonNode node(String name) {
        JsonNode value = object.path(name);
        return value.isNull() ? JsonNodeFactory.instance.missingNode() : value;
    }

    String text(String name, int maxLength) {
        return optionalText(name, maxLength).filter(text -> !text.isBlank()).orElseThrow(() -> refusal("a text", name));
    }

    Optional<String> optionalText(String name, int maxLength) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().length() > maxLength) {
            throw refusal("a text of at most " + maxLength + " characters", name);
        }
        return Optional.of(value.textValue());
    }

    int integer(String name) {
        if (!node(name).isIntegralNumber() || !node(name).canConvertToInt()) {
            throw refusal("a whole number", name);
        }
        return node(name).intValue();
    }

    void ifInteger(String name, Consumer<Integer> taker) {
        if (has(name)) {
            taker.accept(integer(name));
        }
    }

    void ifLong(String name, Consumer<Long> taker) {
        if (has(name)) {
            if (!node(name).isIntegralNumber() || !node(name).canConvertToLong()) {
                throw refusal("a whole number", name);
            }
            taker.accept(node(name).longValue());
        }
    }

    void ifNumber(String name, Consumer<Double> taker) {
        if (has(name)) {
            if (!node(name).isNumber()) {
                throw refusal("a number", name);
            }
            taker.accept(node(name).doubleValue());
        }
    }

    Optional<Boolean> flag(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!node(name).isBoolean()) {
            throw refusal("true or false", name);
        }
        return Optional.of(node(name).booleanValue());
    }

    void ifSize(String name, Consumer<FrameSize> taker) {
        optionalText(name, 20).ifPresent(text -> {
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                throw refusal("a size like 512x320", name);
            }
            taker.accept(new FrameSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
        });
    }

    /** Returns an object inside; an empty one if there is none. */
    Fields fields(String name) {
        JsonNode value = node(name);
        if (value instanceof ObjectNode inside) {
            return new Fields(inside);
        }
        if (!value.isMissingNode()) {
            throw refusal("an object", name);
        }
        return new Fields(JsonNodeFactory.instance.objectNode());
    }

    Refusal refusal(String expected, String name) {
        String found = has(name) ? PrintableText.excerpt(node(name).toString()) : "none";
        return Refusal.badRequest("expected " + expected + ", but was " + found + " (" + name + ")");
    }
}
