package org.lamp4j.examples.studio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of the page, which lie beside this class: markup, style, modules, words. They hold no data. */
final class PageFiles {

    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; form-action 'none'; "
            + "frame-ancestors 'none'; base-uri 'none'";

    /** One folder, so a name without a slash. */
    private static final Pattern NAME = Pattern.compile("/([a-z0-9][a-z0-9.-]{0,60}\\.(html|css|js|json|svg))");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, byte[]> read = new ConcurrentHashMap<>();

    Optional<Answer> find(String path) throws IOException {
        Matcher name = NAME.matcher(path.equals("/") ? "/index.html" : path);
        if (!name.matches()) {
            return Optional.empty();
        }
        byte[] bytes = read.get(name.group(1));
        if (bytes == null) {
            try (InputStream input = PageFiles.class.getResourceAsStream(name.group(1))) {
                if (input == null) {
                    return Optional.empty();
                }
                bytes = input.readAllBytes();
            }
            read.put(name.group(1), bytes);
        }
        return Optional.of(Answer.bytes(Answer.OK, TYPES.getOrDefault(name.group(2), ""), bytes));
    }
}
