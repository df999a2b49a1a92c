package org.lamp4j.examples.studio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.lamp4j.files.PrintableText;

/**
 * Decides whether a request comes from the studio's own page. Any page in the person's browser can send requests to
 * this machine, so each must carry a token that only the studio's page knows; and a foreign name that is made to point
 * here (DNS rebinding) is known by its {@code Host}.
 */
final class Guard {

    private static final int TOKEN_BYTES = 32;
    private static final String ADVICE = "Open the address that the studio printed when it was started.";

    private final Set<String> hosts;
    private final String token;

    /**
     * Makes a guard with a new token.
     *
     * @param hosts names and addresses, each with the port, under which the studio is called
     */
    Guard(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        this.token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    String token() {
        return token;
    }

    /** Refuses what any page or program may not send, whatever is asked for. */
    void checkOrigin(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String host = single(headers, "Host").toLowerCase(Locale.ROOT);
        if (!hosts.contains(host)) {
            throw new Refusal(
                    Refusal.OTHER_HOST,
                    "expected one of the studio's own addresses as Host, but was " + PrintableText.excerpt(host),
                    ADVICE);
        }
        String origin = headers.getFirst("Origin");
        if (origin != null && !single(headers, "Origin").equals("http://" + host)) {
            throw new Refusal(
                    Refusal.FORBIDDEN,
                    "expected the studio's own page as Origin, but was " + PrintableText.excerpt(origin),
                    ADVICE);
        }
        if ("cross-site".equals(headers.getFirst("Sec-Fetch-Site"))) {
            throw new Refusal(
                    Refusal.FORBIDDEN, "expected a request of the studio's own page, but was another site's", ADVICE);
        }
    }

    /** Refuses who has not the token. */
    void checkToken(HttpExchange exchange) {
        if (!isSame(single(exchange.getRequestHeaders(), "X-Lamp-Token"), token)) {
            throw new Refusal(Refusal.FORBIDDEN, "expected this studio's token, but was another or none", ADVICE);
        }
    }

    /** Compares secrets in a time that does not tell how far they are the same. */
    static boolean isSame(String given, String secret) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a header that is there once; an empty text otherwise, which nothing is equal to. */
    private static String single(Headers headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : "";
    }
}
