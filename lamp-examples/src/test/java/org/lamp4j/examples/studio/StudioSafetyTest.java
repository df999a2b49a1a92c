package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.device.Device;

/** Attacks the studio, from other pages in the same browser, from the network, and with what is sent. */
class StudioSafetyTest {

    private static final Limits SMALL =
            new Limits(200_000, 100_000, 100_000, Duration.ofSeconds(60), Duration.ofMinutes(5));

    @TempDir
    private static Path folder;

    private static Studio studio;
    private static StudioClient page;

    @BeforeAll
    static void open() throws IOException {
        studio = Studio.open(StudioOptions.local(folder, Device.cpu()), SMALL);
        page = new StudioClient(studio);
    }

    @AfterAll
    static void close() {
        studio.close();
    }

    @Test
    void token_isLongAndInTheFragmentOnly() {
        assertThat(studio.address()).matches("http://127\\.0\\.0\\.1:\\d+/#[A-Za-z0-9_-]{43}");
    }

    @Test
    void api_ofEveryRoute_withoutTokenIsForbidden() throws Exception {
        for (Route route : studio.routes()) {
            if (route.template().startsWith("/api/")) {
                String path = route.template().replace("{id}", "0123456789abcdef");
                assertThat(page.raw(route.method() + " " + path + " HTTP/1.1", page.hostLine(), "Content-Length: 0"))
                        .as(route.toString())
                        .startsWith("HTTP/1.1 403");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void api_withWrongToken_isForbidden(String token) throws Exception {
        assertThat(page.raw("GET /api/state HTTP/1.1", page.hostLine(), "X-Lamp-Token: " + token))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void api_withTokenTwiceOrInTheAddress_isForbidden() throws Exception {
        assertThat(page.raw("GET /api/state HTTP/1.1", page.hostLine(), page.tokenLine(), page.tokenLine()))
                .startsWith("HTTP/1.1 403");
        assertThat(page.raw("GET /api/state?token=" + page.token() + " HTTP/1.1", page.hostLine()))
                .startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/main.js", "/api/state"})
    void request_withForeignHost_isMisdirected(String path) throws Exception {
        for (String host :
                List.of("evil.example:" + page.port(), "127.0.0.1:1", "127.0.0.1", "127.0.0.1.evil.example")) {
            assertThat(page.raw("GET " + path + " HTTP/1.1", "Host: " + host, page.tokenLine()))
                    .as(host)
                    .startsWith("HTTP/1.1 421");
        }
        assertThat(page.raw("GET " + path + " HTTP/1.1", page.hostLine(), "Host: evil.example", page.tokenLine()))
                .startsWith("HTTP/1.1 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1"})
    void request_withForeignOrigin_isForbidden(String origin) throws Exception {
        StudioClient.assertRefused(page.send(page.request("/api/state").header("Origin", origin)), 403);
    }

    @Test
    void request_withOwnOriginAndName_isAnswered() throws Exception {
        for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[0:0::1]")) {
            String own = host + ":" + page.port();
            assertThat(page.raw("GET /api/state HTTP/1.1", "Host: " + own, "Origin: http://" + own, page.tokenLine()))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void request_acrossSites_isForbidden() throws Exception {
        StudioClient.assertRefused(page.send(page.request("/api/state").header("Sec-Fetch-Site", "cross-site")), 403);
    }

    @Test
    void answers_all_allowNoOtherSite() throws Exception {
        for (String path : List.of("/", "/api/state", "/api/nothing")) {
            HttpResponse<byte[]> response = page.send(page.request(path));
            assertThat(response.headers().map().keySet())
                    .as(path)
                    .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
            assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
                    .contains("same-origin");
        }
        assertThat(page.send(page.request("/api/state")).headers().firstValue("Cache-Control"))
                .contains("no-store");
    }

    @Test
    void page_allItsFiles_keepToThePolicy() throws Exception {
        HttpResponse<byte[]> index = page.send(page.request("/"));
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(new String(index.body(), StandardCharsets.UTF_8))
                .doesNotContain("http://", "https://", " style=", " onclick=", "<script>", "<style");
    }

    @Test
    void upload_tooLarge_isRefusedAndLeavesNothing() throws Exception {
        String tooLarge = "Content-Length: " + (SMALL.sourceBytes() + 1);
        assertThat(page.raw(
                        "POST /api/sources HTTP/1.1",
                        page.hostLine(),
                        page.tokenLine(),
                        "X-File-Name: a.mp4",
                        tooLarge))
                .startsWith("HTTP/1.1 413");
        // without a length, it is noticed on the way
        HttpResponse<byte[]> chunked = page.send(page.request("/api/images")
                .header("X-File-Name", "a.png")
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[(int) SMALL.imageBytes() + 1]))));
        StudioClient.assertRefused(chunked, 413);
        assertThat(files("incoming")).isEmpty();
        assertThat(files("images")).isEmpty();
    }

    private static List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void json_tooLargeOrDeepOrStrange_isRefused() throws Exception {
        HttpResponse<byte[]> unread =
                page.send(page.request("/api/jobs").POST(BodyPublishers.ofByteArray(new byte[Limits.JSON_BYTES + 1])));
        StudioClient.assertRefused(unread, 413);
        assertThat(unread.headers().allValues("Connection")).containsExactly("close");
        for (String body :
                List.of("[".repeat(100_000), "{\"kind\":", "[]", "7", "{\"kind\": {}}", "{\"kind\": \"\\u0000\"}")) {
            StudioClient.assertRefused(page.send(page.request("/api/jobs").POST(BodyPublishers.ofString(body))), 400);
        }
    }

    /** Browsers send all of a body before they read; one that is cut off on the way never learns why. */
    @Test
    void json_tooLarge_isRefusedInWordsThatArriveThoughAllIsSentFirst() throws Exception {
        byte[] body = new byte[8 * Limits.JSON_BYTES];
        try (Socket socket = page.connect(
                "POST /api/jobs HTTP/1.1", page.hostLine(), page.tokenLine(), "Content-Length: " + body.length)) {
            socket.getOutputStream().write(body);

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 413")
                    .contains("expected at most " + Limits.JSON_BYTES + " bytes, but was " + body.length + " bytes");
        }
    }

    @Test
    void slowClients_ofHeadOrBody_areCutOff(@TempDir Path other) throws Exception {
        Limits impatient = new Limits(200_000, 100_000, 100_000, Duration.ofMillis(500), Duration.ofMinutes(5));
        try (Studio hurried = Studio.open(StudioOptions.local(other, Device.cpu()), impatient)) {
            StudioClient slow = new StudioClient(hurried);
            try (Socket body = slow.connect(
                            "POST /api/sources HTTP/1.1",
                            slow.hostLine(),
                            slow.tokenLine(),
                            "X-File-Name: a.mp4",
                            "Content-Length: 1000");
                    Socket head = new Socket(InetAddress.getLoopbackAddress(), slow.port())) {
                body.getOutputStream().write(1);
                head.getOutputStream().write("GET / HT".getBytes(StandardCharsets.ISO_8859_1));
                head.setSoTimeout((int) StudioClient.PATIENCE.toMillis());

                assertThat(StudioClient.firstLine(body)).doesNotContain("200");
                assertThat(StudioClient.firstLine(head)).isEmpty();
                long end = System.nanoTime() + StudioClient.PATIENCE.toNanos();
                while (!Shelf.children(other.resolve("incoming")).isEmpty()) {
                    assertThat(System.nanoTime()).as("what was sent is gone").isLessThan(end);
                }
            }
        }
    }

    @Test
    void requests_moreThanAtOnce_areToldSo() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            for (int index = 0; index < Limits.REQUESTS_AT_ONCE; index++) {
                held.add(page.connect(
                        "POST /api/sources HTTP/1.1",
                        page.hostLine(),
                        page.tokenLine(),
                        "X-File-Name: a.mp4",
                        "Content-Length: 10"));
            }
            String answer = "";
            long end = System.nanoTime() + Duration.ofSeconds(50).toNanos();
            while (!answer.startsWith("HTTP/1.1 503") && System.nanoTime() < end) {
                answer = page.raw("GET / HTTP/1.1", page.hostLine());
            }
            assertThat(answer).startsWith("HTTP/1.1 503");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
        Instant end = Instant.now().plus(StudioClient.PATIENCE);
        String answer = "";
        while (!answer.startsWith("HTTP/1.1 200") && Instant.now().isBefore(end)) {
            answer = page.raw("GET / HTTP/1.1", page.hostLine());
        }
        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    @Test
    void eventStreams_moreThanAtOnce_areToldSoAndOthersGoOn() throws Exception {
        List<Socket> held = new ArrayList<>();
        String[] head = {"GET /api/events HTTP/1.1", page.hostLine(), page.tokenLine()};
        try {
            for (int index = 0; index < Limits.EVENT_STREAMS; index++) {
                Socket socket = page.connect(head);
                held.add(socket);
                assertThat(StudioClient.firstLine(socket)).startsWith("HTTP/1.1 200");
            }
            assertThat(page.raw(head)).startsWith("HTTP/1.1 503");
            assertThat(page.get("state").path("version").asText()).isNotEmpty();
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void eventStream_thatIsNotRead_isCutOffAndHoldsNobodyUp() throws Exception {
        awaitStreams(0); // of other tests
        try (Socket deaf = page.connect("GET /api/events HTTP/1.1", page.hostLine(), page.tokenLine())) {
            assertThat(StudioClient.firstLine(deaf)).startsWith("HTTP/1.1 200");
            awaitStreams(1);
            JsonNode large = StudioClient.object().put("text", "x".repeat(1 << 16));
            for (int index = 0;
                    index < 100 * Events.QUEUE_LENGTH && studio.events().openStreams() == 1;
                    index++) {
                studio.events().publish("state", large);
            }
            assertThat(studio.events().openStreams()).isZero();
        }
    }

    private static void awaitStreams(int count) throws InterruptedException {
        Instant end = Instant.now().plus(StudioClient.PATIENCE);
        while (studio.events().openStreams() != count && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(studio.events().openStreams()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../Studio.class",
                "/..%2f..%2fcli/Lamp.class",
                "/Studio.class",
                "/package-info.class",
                "//etc/passwd",
                "/api/images/..%2f..%2fmodel",
                "/api/images/%2e%2e",
                "/api/results/0123456789abcdef/../../../speed.json",
                "/api/results/0123456789ABCDEF/clip.mp4",
                "/api/patterns/0123456789abcdef%00/file"
            })
    void paths_outOfTheFolder_leadNowhere(String path) throws Exception {
        assertThat(page.raw("GET " + path + " HTTP/1.1", page.hostLine(), page.tokenLine()))
                .matches("HTTP/1.1 40[04].*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../evil.png", "..\\..\\evil.png", "/etc/evil.png", "a\nb\u202Eevil.png", "evil.png\u0000.mp4"
            })
    void names_ofFilesFromOutside_nameNothingHere(String name) throws Exception {
        String id = page.upload("images", name, png(2, 2)).path("id").asText();

        assertThat(id).matches(Route.ID.pattern());
        assertThat(files("images"))
                .extracting(file -> file.getFileName().toString())
                .containsOnly("image.json", "image.png");
        assertThat(folder.getParent().resolve("evil.png")).doesNotExist();
        page.call("DELETE", "images/" + id, StudioClient.object());
    }

    @Test
    void image_ofMorePixelsThanMemoryHolds_isRefusedUnread() throws Exception {
        StudioClient.assertRefused(page.tryUpload("images", "bomb.png", png(60_000, 60_000)), 422);
        assertThat(files("incoming")).isEmpty();
    }

    @Test
    void files_thatAreSomethingElse_areRefusedInTheLibrarysWords() throws Exception {
        byte[] noVideo = "#EXTM3U\nhttp://evil.example/\n".getBytes(StandardCharsets.UTF_8);
        for (String name : List.of("a.mp4", "a.m3u8", "a.txt", "noending")) {
            HttpResponse<byte[]> response = page.tryUpload("sources", name, noVideo);
            StudioClient.assertRefused(response, 422);
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).doesNotContain(folder.toString());
        }
        StudioClient.assertRefused(page.tryUpload("patterns", "a.safetensors", noVideo), 422);
        assertThat(files("incoming")).isEmpty();
        assertThat(files("sources")).isEmpty();
        assertThat(files("patterns")).isEmpty();
    }

    /** Returns a PNG of black pixels, or of none if it declares many. */
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        try (java.util.zip.DeflaterOutputStream deflater = new java.util.zip.DeflaterOutputStream(pixels)) {
            deflater.write(new byte[(int) Math.min(1000, height * (1 + 3L * width))]);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(png, "IHDR", header.toByteArray());
        chunk(png, "IDAT", pixels.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) throws IOException {
        DataOutputStream output = new DataOutputStream(png);
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.ISO_8859_1));
        checksum.update(content);
        output.writeInt(content.length);
        output.writeBytes(type);
        output.write(content);
        output.writeInt((int) checksum.getValue());
    }

    @Test
    void login_whereNobodyElseListens_isNotThere() throws Exception {
        StudioClient.assertRefused(
                page.send(page.request("/login").POST(BodyPublishers.ofString("{\"password\": \"\"}"))), 404);
    }

    @Test
    void options_ofAnotherAddress_needAPassword() throws Exception {
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");
        for (Optional<String> password : List.of(Optional.<String>empty(), Optional.of("eleven char"))) {
            assertThatThrownBy(() -> new StudioOptions(folder, Optional.empty(), Device.cpu(), everywhere, 0, password))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("LAMP_STUDIO_PASSWORD")
                    .hasMessageNotContaining("eleven char");
        }
    }

    @Test
    void login_guessed_isLockedAfterFiveTries(@TempDir Path other) throws Exception {
        StudioOptions options = new StudioOptions(
                other,
                Optional.empty(),
                Device.cpu(),
                InetAddress.getByName("0.0.0.0"),
                0,
                Optional.of("correct horse"));
        assertThat(options.toString()).doesNotContain("correct horse");
        try (Studio open = Studio.open(options)) {
            assertThat(open.address()).doesNotContain("#");
            StudioClient guest = new StudioClient(open);
            assertThat(guest.raw("GET /api/state HTTP/1.1", guest.hostLine())).startsWith("HTTP/1.1 403");
            for (int guess = 0; guess < 4; guess++) {
                StudioClient.assertRefused(guest.login("guess " + guess), 403);
            }
            JsonNode token = StudioClient.json(guest.login("correct horse")).path("token");
            assertThat(guest.raw("GET /api/state HTTP/1.1", guest.hostLine(), "X-Lamp-Token: " + token.asText()))
                    .startsWith("HTTP/1.1 200");

            StudioClient.assertRefused(guest.login("correct horse"), 429);
        }
    }
}
