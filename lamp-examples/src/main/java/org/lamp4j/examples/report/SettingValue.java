package org.lamp4j.examples.report;

import static org.lamp4j.examples.report.Html.escape;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import org.lamp4j.files.StrictJson;

/** A setting's value as people read it: of JSON, each entry is a line. */
final class SettingValue {

    private SettingValue() {}

    static String html(String value) {
        if (!value.startsWith("{") && !value.startsWith("[")) {
            return escape(value);
        }
        try {
            return entries(
                    StrictJson.reader()
                            .readerFor(JsonNode.class)
                            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                            .readTree(value),
                    "<br>");
        } catch (JsonProcessingException e) {
            return escape(value);
        }
    }

    private static String entries(JsonNode node, String separator) {
        if (node.isObject()) {
            return node.properties().stream()
                    .map(entry -> escape(entry.getKey()) + ": " + entries(entry.getValue(), ", "))
                    .collect(Collectors.joining(separator));
        }
        if (node.isArray()) {
            return node.valueStream().map(entry -> entries(entry, ", ")).collect(Collectors.joining(separator));
        }
        return escape(node.asText());
    }
}
