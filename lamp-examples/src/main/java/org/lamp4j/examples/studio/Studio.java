package org.lamp4j.examples.studio;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A studio that is open: folder, model, queue and server. Closing it puts away the work that is under way. */
public final class Studio implements AutoCloseable {

    static {
        // Read by the server when it is first used; what somebody has set stays.
        Map.of(
                        "sun.net.httpserver.nodelay", "true",
                        "sun.net.httpserver.maxReqHeaders", "64",
                        "jdk.httpserver.maxConnections", "256")
                .forEach((name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }

    private static final int HTTP_PORT = 80;
    private static final int BACKLOG = 64;

    private final List<Route> routes;
    private final Events events;
    private final List<String> addresses;
    private final Deque<Runnable> owned;

    private Studio(List<Route> routes, Events events, List<String> addresses, Deque<Runnable> owned) {
        this.routes = routes;
        this.events = events;
        this.addresses = List.copyOf(addresses);
        this.owned = owned;
    }

    /**
     * Opens a studio, which goes on with jobs that wait.
     *
     * @param options where and how
     * @return the studio; requests are answered from now on
     * @throws IOException if the folder is another studio's or cannot be written to, the model cannot be opened, or the
     *     port is taken
     */
    public static Studio open(StudioOptions options) throws IOException {
        return open(options, Limits.DEFAULT);
    }

    static Studio open(StudioOptions options, Limits limits) throws IOException {
        Deque<Runnable> owned = new ArrayDeque<>();
        try {
            StudioFolder folder = StudioFolder.open(options.folder());
            owned.push(folder::close);
            OpenModel model = new OpenModel(folder.path(), options.model().map(Path::toAbsolutePath), options.device());
            owned.push(model::close);
            return open(options, limits, folder, model, owned);
        } catch (IOException | RuntimeException | Error e) {
            owned.forEach(Runnable::run);
            throw e;
        }
    }

    private static Studio open(
            StudioOptions options, Limits limits, StudioFolder folder, OpenModel model, Deque<Runnable> owned)
            throws IOException {
        Events events = new Events();
        Sources sources = new Sources(folder, model, events, limits);
        Images images = new Images(folder, events, limits);
        Patterns patterns = new Patterns(folder, model, events, limits);
        Results results = new Results(folder, events);
        Speed speed = new Speed(folder, model);
        StudioApi api = new StudioApi(folder, model, events, limits, speed);
        ClipWork clips = new ClipWork(model, images, patterns, results);
        Map<String, Work> works = Map.of(
                "learn", new LearnWork(model, sources, patterns, results, speed),
                "animate", clips.animate(),
                "draw", clips.draw(),
                "extend", clips.extend(),
                "smooth", clips.smooth(),
                "enlarge", clips.enlarge());
        JobQueue queue = new JobQueue(folder, events, works, api::tell);
        owned.push(queue::close);
        List<Route> routes = new ArrayList<>(api.routes(sources, images, patterns, queue));
        routes.addAll(sources.routes());
        routes.addAll(images.routes());
        routes.addAll(patterns.routes());
        routes.addAll(results.routes());
        routes.addAll(new JobApi(folder, queue, works).routes());
        List<String> addresses = serve(options, limits, routes, owned);
        model.whenKnown(() -> {
            patterns.shelf().tellAll();
            api.tell();
        });
        queue.start();
        return new Studio(routes, events, addresses, owned);
    }

    /**
     * Starts the server; adds the way in with a password to the routes, and returns what to open in a browser, on this
     * machine first.
     */
    private static List<String> serve(StudioOptions options, Limits limits, List<Route> routes, Deque<Runnable> owned)
            throws IOException {
        HttpServer server = listen(options);
        int port = server.getAddress().getPort();
        boolean local = options.listen().isLoopbackAddress();
        Guard guard = new Guard(hosts(options.listen(), port));
        Login login = new Login(local ? Optional.empty() : options.password(), guard.token());
        routes.add(new Route("GET", "/login", request -> login.ask()));
        routes.add(new Route("POST", "/login", login::answer));
        Deadlines deadlines = new Deadlines();
        owned.push(deadlines::close);
        RequestThreads threads = new RequestThreads(deadlines, limits);
        owned.push(threads::close);
        owned.push(() -> server.stop(0));
        server.setExecutor(threads);
        server.createContext("/", new Front(guard, routes, limits, deadlines));
        server.start();
        return reachable(options.listen())
                .map(name -> "http://" + name + ":" + port + "/" + (local ? "#" + guard.token() : ""))
                .toList();
    }

    private static HttpServer listen(StudioOptions options) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(options.listen(), options.port()), BACKLOG);
        } catch (BindException e) {
            throw new IOException(
                    "expected a free port of an address of this machine, but was " + options.port() + " of "
                            + options.listen().getHostAddress() + ": " + e.getMessage() + "; give another --port",
                    e);
        }
    }

    /** Returns where a browser finds what listens at an address, on this machine first. */
    private static Stream<String> reachable(InetAddress listen) throws IOException {
        if (!listen.isAnyLocalAddress()) {
            return Stream.of(literal(listen));
        }
        return Stream.concat(
                Stream.of(literal(InetAddress.getLoopbackAddress())),
                addressesOfThisMachine()
                        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                        .map(Studio::literal)
                        .sorted());
    }

    /** Returns under which names the studio may be called: those of this machine, and no other that leads here. */
    private static Set<String> hosts(InetAddress listen, int port) throws IOException {
        Set<String> names = new LinkedHashSet<>(Set.of("127.0.0.1", "localhost", "[0:0:0:0:0:0:0:1]"));
        if (listen.isAnyLocalAddress()) {
            addressesOfThisMachine().forEach(address -> names.add(literal(address)));
            nameOfThisMachine().ifPresent(names::add);
        } else {
            names.add(literal(listen));
        }
        Set<String> hosts = new LinkedHashSet<>();
        names.forEach(name -> hosts.add(name + ":" + port));
        if (port == HTTP_PORT) {
            hosts.addAll(names); // browsers leave it out
        }
        return hosts;
    }

    private static Optional<String> nameOfThisMachine() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException unresolved) {
            return Optional.empty();
        }
    }

    private static Stream<InetAddress> addressesOfThisMachine() throws IOException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        return address instanceof Inet6Address ? "[" + plain + "]" : plain;
    }

    /**
     * Returns what to open in a browser. On this machine, who has it has the studio: it ends in the token.
     *
     * @return an address of this machine
     */
    public String address() {
        return addresses.get(0);
    }

    /**
     * Returns what to open in a browser on another machine, where it listens at all addresses of this one.
     *
     * @return the addresses by which others may reach it; empty where it listens at one only
     */
    public List<String> addressesForOthers() {
        return addresses.subList(1, addresses.size());
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    Events events() {
        return events;
    }

    /** Ends requests and puts away the work under way, which goes on when the studio is opened anew. */
    @Override
    public synchronized void close() {
        while (!owned.isEmpty()) {
            owned.pop().run();
        }
    }
}
