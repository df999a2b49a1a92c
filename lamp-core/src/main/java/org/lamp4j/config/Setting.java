package org.lamp4j.config;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A setting as it stands in the file.
 *
 * @param name its key, behind that of its group: {@code train_data.width}
 * @param values its text, one entry for each of a list
 * @param where file and line
 */
record Setting(String name, List<String> values, String where) {

    IOException refusal(String expected) {
        return new IOException("expected " + name + " to be " + expected + ", but was "
                + (values.size() == 1 ? values.get(0) : values) + " (" + where + ")");
    }

    String text() throws IOException {
        if (values.size() != 1) {
            throw refusal("a single value");
        }
        return values.get(0);
    }

    int wholeNumber() throws IOException {
        return parse(Integer::parseInt, "a whole number");
    }

    long longNumber() throws IOException {
        return parse(Long::parseLong, "a whole number");
    }

    /**
     * PyYAML takes {@code 3e-5} for a text, as YAML 1.1 wants a point in a number; LAMP's files have it as a number.
     */
    float number() throws IOException {
        return parse(
                text -> {
                    // Float.parseFloat would also take 1f, 0x1p3 and NaN.
                    if (!text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
                        throw new NumberFormatException(text);
                    }
                    return Float.parseFloat(text);
                },
                "a number");
    }

    /** Takes all words that YAML 1.1 has for true and false, {@code True} and {@code no} among them. */
    boolean flag() throws IOException {
        return switch (text()) {
            case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON" -> true;
            case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF" -> false;
            default -> throw refusal("true or false");
        };
    }

    private <T> T parse(Function<String, T> parser, String expected) throws IOException {
        try {
            return parser.apply(text());
        } catch (NumberFormatException e) {
            throw refusal(expected);
        }
    }
}
