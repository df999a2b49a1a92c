package org.lamp4j.examples.studio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.files.PrintableText;

/**
 * Decides whether a request comes from the studio's own page. Any page in the person's browser can send requests to
 * this machine, so each must carry a token that only the studio's page knows; and a foreign name that is made to point
 * here (DNS rebinding) is known by its {@code Host}.
 */
final class Guard {

    /** With a colon inside, it is an address and no name to be looked up. */
    private static final Pattern IPV6 = Pattern.compile("\\[([0-9a-f.]*:[0-9a-f.:]*)](:[0-9]+)?");

    private static final int TOKEN_BYTES = 32;
    private static final String ADVICE = "Open the address that the studio printed when it was started.";

    private final Set<String> hosts;
    private final String token;

    /**
     * Makes a guard with a new token.
     *
     * @param hosts names and addresses, those of IPv6 as Java writes them, each with the port, under which the studio
     *     is called
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
        if (!hosts.contains(written(host))) {
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

    /** Returns a host with an IPv6 address written as Java does it: there are many ways, and browsers have another. */
    private static String written(String host) {
        Matcher literal = IPV6.matcher(host);
        if (!literal.matches()) {
            return host;
        }
        try {
            return "[" + InetAddress.getByName(literal.group(1)).getHostAddress() + "]"
                    + (literal.group(2) == null ? "" : literal.group(2));
        } catch (UnknownHostException noAddress) {
            return host;
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
