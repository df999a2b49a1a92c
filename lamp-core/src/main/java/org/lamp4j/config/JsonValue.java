package org.lamp4j.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.lamp4j.files.PrintableText;
import org.lamp4j.media.FrameSize;

/** The value of an option in a JSON object, checked when it is asked for as something. */
record JsonValue(JsonNode node) {

    private IllegalArgumentException refusal(String expected) {
        return new IllegalArgumentException(
                "expected " + expected + ", but was " + PrintableText.excerpt(node.toString()));
    }

    int integer() {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw refusal("a whole number");
        }
        return node.intValue();
    }

    long wholeNumber() {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw refusal("a whole number");
        }
        return node.longValue();
    }

    double number() {
        if (!node.isNumber()) {
            throw refusal("a number");
        }
        return node.doubleValue();
    }

    String text() {
        if (!node.isTextual()) {
            throw refusal("a text");
        }
        return node.textValue();
    }

    List<String> texts() {
        if (!node.isArray()) {
            throw refusal("a list of names");
        }
        List<String> texts = new ArrayList<>();
        node.forEach(name -> texts.add(new JsonValue(name).text()));
        return texts;
    }

    FrameSize frameSize() {
        return FrameSize.parse(text());
    }

    /** Takes what turns something off, which the setter has no parameter for. */
    void ifTrue(Runnable setter) {
        if (!node.isBoolean()) {
            throw refusal("true or false");
        }
        if (node.booleanValue()) {
            setter.run();
        }
    }

    <E extends Enum<E>> E choice(Class<E> type) {
        String text = text();
        return Arrays.stream(type.getEnumConstants())
                .filter(choice -> choice.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> refusal("one of "
                        + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "))));
    }
}
