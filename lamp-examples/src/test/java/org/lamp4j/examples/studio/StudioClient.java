package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.lamp4j.device.Device;
import org.lamp4j.files.StrictJson;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.training.TrainingClip;

/** A page of the studio without a browser. */
final class StudioClient {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final String token;

    StudioClient(Studio studio) {
        this(studio.address());
    }

    /**
     * Calls a studio.
     *
     * @param printed its address, as it is printed
     */
    StudioClient(String printed) {
        this.address = URI.create(printed.replaceFirst("#.*", ""));
        this.token = printed.replaceFirst("[^#]*#?", "");
    }

    static Studio open(Path folder) throws IOException {
        return Studio.open(StudioOptions.local(folder, Device.cpu()));
    }

    int port() {
        return address.getPort();
    }

    String token() {
        return token;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).header("X-Lamp-Token", token);
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> login(String password) throws IOException, InterruptedException {
        return send(request("/login")
                .POST(BodyPublishers.ofString(object().put("password", password).toString())));
    }

    /** Returns the lines of an open stream. */
    InputStream stream(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofInputStream()).body();
    }

    byte[] bytes(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request("/api/" + path));
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(send(request("/api/" + path)));
    }

    JsonNode call(String method, String path, JsonNode body) throws IOException, InterruptedException {
        return json(send(request("/api/" + path).method(method, BodyPublishers.ofString(body.toString()))));
    }

    JsonNode post(String path) throws IOException, InterruptedException {
        return call("POST", path, object());
    }

    HttpResponse<byte[]> tryUpload(String path, String name, byte[] content) throws IOException, InterruptedException {
        return send(request("/api/" + path)
                .header("X-File-Name", URLEncoder.encode(name, StandardCharsets.UTF_8))
                .POST(BodyPublishers.ofByteArray(content)));
    }

    JsonNode upload(String path, String name, byte[] content) throws IOException, InterruptedException {
        return json(tryUpload(path, name, content));
    }

    static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return StrictJson.mapper().readTree(response.body());
    }

    /** An error says what was expected, and what to do. */
    static void assertRefused(HttpResponse<byte[]> response, int status) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = StrictJson.mapper().readTree(response.body()).path("error");
        assertThat(error.path("message").asText()).startsWith("expected ");
        assertThat(error.path("advice").asText()).isNotEmpty();
    }

    static void assertDiskFull(HttpResponse<byte[]> response) throws IOException {
        assertThat(response.statusCode()).isEqualTo(507);
        JsonNode error = StrictJson.mapper().readTree(response.body()).path("error");
        assertThat(error.path("message").asText()).matches("the disk is full: only \\d+ MiB are free");
        assertThat(error.path("advice").asText()).startsWith("Free space on this disk");
    }

    static HttpRequest.Builder posting(HttpRequest.Builder request, JsonNode body) {
        return request.POST(BodyPublishers.ofString(body.toString()));
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Uploads the clips that tests train on, and returns their ids. */
    List<String> uploadClips(Path scratch) throws Exception {
        List<String> ids = new ArrayList<>();
        for (TrainingClip clip : DrawnClips.training().clips()) {
            Path file = scratch.resolve(clip.name() + ".mp4");
            clip.firstWindow(16, 1).write(file);
            String id = upload("sources", file.getFileName().toString(), java.nio.file.Files.readAllBytes(file))
                    .path("id")
                    .asText();
            call("PATCH", "sources/" + id, object().put("caption", clip.caption()));
            ids.add(id);
        }
        return ids;
    }

    static ObjectNode learnJob(List<String> sources, int steps) {
        ObjectNode job = object().put("kind", "learn").put("name", "to the right");
        sources.forEach(job.putArray("sources")::add);
        job.putObject("options").put("steps", steps).put("frameCount", 4);
        return job;
    }

    static ObjectNode animateJob(JsonNode pattern, String image, int steps) {
        ObjectNode job = object().put("kind", "animate").put("image", image).put("prompt", "a green ball moves right");
        job.set("pattern", pattern);
        job.putObject("options").put("steps", steps).put("frameCount", 4).put("seed", 7);
        return job;
    }

    String start(ObjectNode job) throws IOException, InterruptedException {
        return call("POST", "jobs", job).path("id").asText();
    }

    JsonNode job(String id) throws IOException, InterruptedException {
        for (JsonNode job : get("jobs")) {
            if (job.path("id").asText().equals(id)) {
                return job;
            }
        }
        throw new AssertionError("no job " + id);
    }

    JsonNode await(String id, String state) throws IOException, InterruptedException {
        return await(id, job -> job.path("state").asText().equals(state));
    }

    JsonNode await(String id, Predicate<JsonNode> condition) throws IOException, InterruptedException {
        return awaitWhatever(id, job -> {
            assertThat(job.path("state").asText()).as(job.toString()).isNotEqualTo("failed");
            return condition.test(job);
        });
    }

    /** Waits for a job that may fail. */
    JsonNode awaitWhatever(String id, Predicate<JsonNode> condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        JsonNode job = job(id);
        while (!condition.test(job)) {
            assertThat(System.nanoTime()).as(job.toString()).isLessThan(end);
            Thread.sleep(20);
            job = job(id);
        }
        return job;
    }

    /** Sends a request as it stands, and returns the answer's first line; an empty text if there is none. */
    String raw(String... head) throws IOException {
        try (Socket socket = connect(head)) {
            return firstLine(socket);
        }
    }

    /** Sends the head of a request. */
    Socket connect(String... head) throws IOException {
        Socket socket = new Socket(address.getHost(), port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write((String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0 && next != '\r';
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
        } catch (java.net.SocketException reset) {
            return "";
        }
        return line.toString();
    }

    String hostLine() {
        return "Host: 127.0.0.1:" + port();
    }

    String tokenLine() {
        return "X-Lamp-Token: " + token;
    }
}
