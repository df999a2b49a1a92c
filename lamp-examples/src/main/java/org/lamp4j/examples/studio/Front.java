package org.lamp4j.examples.studio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where all requests come in: checks them, finds who answers, and says in words what went wrong. */
final class Front implements HttpHandler {

    private static final System.Logger LOG = System.getLogger(Front.class.getName());

    static final String EVENTS = "/api/events";

    private final Guard guard;
    private final List<Route> routes;
    private final Limits limits;
    private final Deadlines deadlines;
    private final PageFiles pageFiles = new PageFiles();
    private final Semaphore requests = new Semaphore(Limits.REQUESTS_AT_ONCE);
    private final Semaphore streams = new Semaphore(Limits.EVENT_STREAMS);

    Front(Guard guard, List<Route> routes, Limits limits, Deadlines deadlines) {
        this.guard = guard;
        this.routes = List.copyOf(routes);
        this.limits = limits;
        this.deadlines = deadlines;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        deadlines.clear(); // the one for the request's head
        String path = exchange.getRequestURI().getPath();
        Semaphore place = requests;
        boolean hasPlace = place.tryAcquire();
        try {
            addHeaders(exchange.getResponseHeaders(), path);
            Answer answer = hasPlace ? answer(exchange, path) : tooMany().answer();
            if (hasPlace && answer.isEndless()) {
                place.release();
                place = streams;
                hasPlace = waitFor(place);
                answer = hasPlace ? answer : tooMany().answer();
            }
            answer.send(exchange, deadlines, !exchange.getRequestMethod().equals("HEAD"));
        } finally {
            if (hasPlace) {
                place.release();
            }
            exchange.close();
        }
    }

    /** A page that was loaded anew is noticed to be gone only when something is written to it. */
    private static boolean waitFor(Semaphore place) {
        try {
            return place.tryAcquire(3 * Events.HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void addHeaders(Headers headers, String path) {
        headers.set("Content-Security-Policy", PageFiles.CONTENT_SECURITY_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", path.startsWith("/api/") ? "no-store" : "no-cache");
    }

    private static Failure tooMany() {
        return Failure.of(new Refusal(
                Refusal.BUSY,
                "expected at most " + Limits.REQUESTS_AT_ONCE + " requests and " + Limits.EVENT_STREAMS
                        + " open pages at once, but were more",
                "Close other tabs of the studio, and try again."));
    }

    private Answer answer(HttpExchange exchange, String path) {
        try {
            guard.checkOrigin(exchange);
            if (path.startsWith("/api/")) {
                guard.checkToken(exchange);
            } else if (!path.equals("/login")) {
                return page(exchange, path);
            }
            return routed(exchange, path);
        } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError problem) {
            Failure failure = Failure.of(problem);
            if (failure.status() >= Refusal.FAILED) {
                LOG.log(System.Logger.Level.WARNING, () -> failure.message());
                LOG.log(System.Logger.Level.DEBUG, failure.message(), problem);
            }
            return failure.answer();
        }
    }

    private Answer page(HttpExchange exchange, String path) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw wrongMethod(exchange, Set.of("GET"));
        }
        return pageFiles.find(path).orElseThrow(() -> Refusal.notFound("a file of the page"));
    }

    private Answer routed(HttpExchange exchange, String path) throws IOException {
        Set<String> methods = new LinkedHashSet<>();
        for (Route route : routes) {
            Optional<String> id = route.match(path);
            if (id.isPresent() && route.method().equals(exchange.getRequestMethod())) {
                return route.handler().handle(new Request(exchange, id.get(), limits, deadlines));
            }
            if (id.isPresent()) {
                methods.add(route.method());
            }
        }
        throw methods.isEmpty() ? Refusal.notFound("something under this address") : wrongMethod(exchange, methods);
    }

    private static Refusal wrongMethod(HttpExchange exchange, Set<String> allowed) {
        exchange.getResponseHeaders().set("Allow", String.join(", ", allowed));
        return new Refusal(
                Refusal.WRONG_METHOD,
                "expected " + String.join(" or ", allowed) + ", but was another method",
                "docs/studio.md says what may be asked.");
    }
}
