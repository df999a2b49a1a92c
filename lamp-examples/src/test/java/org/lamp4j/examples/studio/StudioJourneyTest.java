package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.testing.DrawnClips;

/** What a person does in the studio, on the embedded model with few steps, by HTTP alone. */
class StudioJourneyTest {

    private static final String LONG_FORM = "half a minute more, with -Dstudio.journey=all";

    private static final int ENDLESS = 100_000;

    @TempDir
    private Path folder;

    @TempDir
    private Path scratch;

    private Studio studio;
    private StudioClient page;

    @BeforeEach
    void open() throws IOException {
        studio = StudioClient.open(folder);
        page = new StudioClient(studio);
    }

    @AfterEach
    void close() {
        studio.close();
        long end = System.nanoTime() + StudioClient.PATIENCE.toNanos();
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(StudioJourneyTest::isOfStudio)) {
            assertThat(System.nanoTime()).as("all threads end").isLessThan(end);
        }
    }

    private static boolean isOfStudio(Thread thread) {
        String name = thread.getName();
        return name.startsWith("lamp-studio-worker")
                || name.startsWith("lamp-studio-request")
                || name.equals("HTTP-Dispatcher");
    }

    private String uploadPicture() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        DrawnClips.firstFrame().write(png);
        return page.upload("images", "ball.png", png.toByteArray()).path("id").asText();
    }

    private String learn(int steps) throws Exception {
        String job = page.start(StudioClient.learnJob(page.uploadClips(scratch), steps));
        return page.await(job, "done").path("pattern").asText();
    }

    @Test
    void journey_fromClipsToFiles() throws Exception {
        List<String> clips = page.uploadClips(scratch);
        page.call(
                "PATCH",
                "sources/" + clips.get(1),
                StudioClient.object().put("from", 2).put("to", 12));
        ObjectNode learn = StudioClient.learnJob(clips, 6).put("validationPrompt", "a ball");
        ((ObjectNode) learn.path("options")).put("validationEvery", 6);
        JsonNode learned = page.await(page.start(learn), "done");
        String pattern = learned.path("pattern").asText();
        String picture = uploadPicture();

        JsonNode animated = page.await(page.start(StudioClient.animateJob(new TextNode(pattern), picture, 3)), "done");
        String result = "results/" + animated.path("result").asText();

        assertThat(learned.path("losses")).hasSize(6);
        assertThat(learned.path("step").asInt()).isEqualTo(6);
        assertThat(learned.path("validations")).hasSize(1);
        assertThat(page.get("state").path("secondsPerStep").asDouble()).isPositive();
        assertThat(page.get("patterns").path(0).path("steps").asInt()).isEqualTo(6);
        assertThat(page.get("patterns").path(0).path("fits").asBoolean()).isTrue();
        assertThat(page.bytes("patterns/" + pattern + "/preview")).startsWith("GIF8".getBytes(StandardCharsets.UTF_8));
        assertThat(page.bytes(result + "/clip.gif")).startsWith("GIF8".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(page.bytes(result + "/clip.mp4"), 4, 4, StandardCharsets.UTF_8))
                .isEqualTo("ftyp");
        assertThat(page.bytes(result + "/clip.webm")).startsWith(0x1a, 0x45, 0xdf, 0xa3);
        assertThat(zipEntries(page.bytes(result + "/frames.zip")))
                .containsExactly("frame0000.png", "frame0001.png", "frame0002.png", "frame0003.png");
        JsonNode described = page.get("results").path(0);
        assertThat(described.path("seed").asInt()).isEqualTo(7);
        assertThat(described.path("patternName").asText()).isEqualTo("to the right");
        assertThat(described.path("image").asText()).isEqualTo(picture);
        assertThat(folder.resolve("jobs").resolve(learned.path("id").asText()).resolve("checkpoints"))
                .doesNotExist();
        bringBack(pattern);
    }

    private void bringBack(String pattern) throws Exception {
        page.call("PATCH", "patterns/" + pattern, StudioClient.object().put("name", "rolls"));
        page.call("DELETE", "patterns/" + pattern, StudioClient.object());
        assertThat(page.get("patterns")).isEmpty();
        page.post("patterns/" + pattern + "/restore");

        assertThat(page.get("patterns").path(0).path("name").asText()).isEqualTo("rolls");
        assertThat(page.bytes("patterns/" + pattern + "/file")).isNotEmpty();
    }

    private static List<String> zipEntries(byte[] bytes) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    @EnabledIfSystemProperty(named = "studio.journey", matches = "all", disabledReason = LONG_FORM)
    void followUps_blendAndDrawing_makeClipsAndPictures() throws Exception {
        String pattern = learn(2);
        String copy = page.upload("patterns", "copy.safetensors", page.bytes("patterns/" + pattern + "/file"))
                .path("id")
                .asText();
        ObjectNode draw = StudioClient.object()
                .put("kind", "draw")
                .put("prompt", "a red ball")
                .put("seed", 3);
        draw.putObject("options").put("steps", 2);
        String picture = page.await(page.start(draw), "done").path("image").asText();
        var blend = StudioClient.object().putArray("pattern");
        blend.addObject().put("id", pattern).put("weight", 0.5);
        blend.addObject().put("id", copy).put("weight", 0.5);
        String result = page.await(page.start(StudioClient.animateJob(blend, picture, 2)), "done")
                .path("result")
                .asText();

        assertThat(page.get("images").path(0).path("prompt").asText()).isEqualTo("a red ball");
        assertThat(followUp("extend", result, blend, "by", 2).path("frameCount").asInt())
                .isEqualTo(6);
        assertThat(followUp("smooth", result, blend, "factor", 2)
                        .path("frameCount")
                        .asInt())
                .isEqualTo(7);
        JsonNode large = followUp("enlarge", result, blend, "factor", 2);
        assertThat(large.path("width").asInt()).isEqualTo(128);
        assertThat(large.path("parent").asText()).isEqualTo(result);
    }

    private JsonNode followUp(String kind, String result, JsonNode pattern, String option, int value) throws Exception {
        ObjectNode job = StudioClient.object().put("kind", kind).put("result", result);
        job.set("pattern", pattern);
        job.putObject("options").put(option, value);
        String made = page.await(page.start(job), "done").path("result").asText();
        for (JsonNode one : page.get("results")) {
            if (one.path("id").asText().equals(made)) {
                return one;
            }
        }
        throw new AssertionError("no result " + made);
    }

    @Test
    void jobs_cancelledPausedAndStopped_giveWayToTheNextInOrder() throws Exception {
        List<String> clips = page.uploadClips(scratch);
        String first = page.start(StudioClient.learnJob(clips, ENDLESS));
        String second = page.start(StudioClient.learnJob(clips, ENDLESS));
        page.await(first, job -> job.path("step").asInt() > 1);
        assertThat(page.job(second).path("state").asText()).isEqualTo("waiting");

        page.post("jobs/" + first + "/pause");
        page.await(first, "paused");
        page.await(second, job -> job.path("step").asInt() > 0);
        page.post("jobs/" + second + "/cancel");
        page.await(second, "cancelled");
        int before = page.job(first).path("step").asInt();
        page.post("jobs/" + first + "/resume");
        page.await(first, job -> job.path("step").asInt() > before);
        page.post("jobs/" + first + "/pause");
        page.await(first, "paused");
        page.post("jobs/" + first + "/stop");
        JsonNode stopped = page.await(first, "stopped");

        assertThat(page.get("patterns")).hasSize(1);
        assertThat(page.get("patterns").path(0).path("steps").asInt())
                .isEqualTo(stopped.path("step").asInt())
                .isGreaterThan(before);
        assertThat(page.send(page.request("/api/jobs/" + first + "/resume")
                                .POST(java.net.http.HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    @EnabledIfSystemProperty(named = "studio.journey", matches = "all", disabledReason = LONG_FORM)
    void animation_paused_waitsUntilAnotherJobComes() throws Exception {
        String pattern = learn(1);
        String picture = uploadPicture();
        String endless = page.start(StudioClient.animateJob(new TextNode(pattern), picture, 900));
        page.await(endless, job -> job.path("step").asInt() > 0);
        page.post("jobs/" + endless + "/pause");
        page.await(endless, "paused");
        page.post("jobs/" + endless + "/resume");
        page.await(endless, "running");
        page.await(endless, job -> job.has("preview"));
        assertThat(page.bytes("jobs/" + endless + "/preview")).startsWith(0x89, 'P', 'N', 'G');
        page.post("jobs/" + endless + "/pause");
        page.await(endless, "paused");

        String other = page.start(StudioClient.animateJob(new TextNode(pattern), picture, 1));
        page.await(other, "done");

        assertThat(page.job(endless).path("state").asText()).isEqualTo("paused");
        page.post("jobs/" + endless + "/cancel");
        page.await(endless, "cancelled");
    }

    @Test
    void restart_inTheMiddle_goesOnFromThere() throws Exception {
        List<String> clips = page.uploadClips(scratch);
        String job = page.start(StudioClient.learnJob(clips, ENDLESS));
        String waiting = page.start(StudioClient.learnJob(clips, 1));
        page.await(job, now -> now.path("step").asInt() > 1);
        page.call("DELETE", "sources/" + clips.get(0), StudioClient.object());

        studio.close();
        open();

        page.await(waiting, "done");
        int before = page.job(job).path("step").asInt();
        assertThat(page.job(job).path("state").asText()).isEqualTo("paused");
        assertThat(before).isGreaterThan(1);
        assertThat(page.job(job).path("losses").size()).isEqualTo(before);
        page.post("jobs/" + job + "/resume");
        page.await(job, now -> now.path("step").asInt() > before);
        page.post("jobs/" + job + "/stop");
        page.await(job, "stopped");
        assertThat(page.get("sources")).hasSize(1);
        assertThat(page.get("patterns")).hasSize(2);
    }

    @Test
    void events_tellOfChanges() throws Exception {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(page.stream("/api/events"), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith(":");
            String picture = uploadPicture();
            String line = lines.readLine();
            while (!line.equals("event: images")) {
                line = lines.readLine();
            }
            assertThat(lines.readLine()).startsWith("data: {").contains(picture);
        }
    }

    @Test
    void samples_makeTheStudioReadyToLearn() throws Exception {
        page.post("samples");

        assertThat(page.get("sources")).hasSize(12).allSatisfy(source -> {
            assertThat(source.path("caption").asText()).isNotBlank();
            assertThat(source.path("warnings")).isEmpty();
        });
        assertThat(page.get("images").path(0).path("prompt").asText()).isNotBlank();
    }

    @Test
    void job_thatCannotBeDone_isRefusedAtOnce() throws Exception {
        List<String> clips = page.uploadClips(scratch);
        for (ObjectNode wrong : List.of(
                StudioClient.learnJob(List.of(), 1),
                StudioClient.learnJob(List.of("0123456789abcdef"), 1),
                StudioClient.learnJob(clips, 0),
                StudioClient.learnJob(clips, 1).put("surprise", 1),
                StudioClient.animateJob(new TextNode("0123456789abcdef"), "0123456789abcdef", 1),
                StudioClient.object().put("kind", "dance"))) {
            int status = page.send(page.request("/api/jobs")
                            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(wrong.toString())))
                    .statusCode();
            assertThat(status).as(wrong.toString()).isIn(400, 404);
        }
        assertThat(page.get("jobs")).isEmpty();
    }

    @Test
    void studio_secondInTheSameFolder_isRefused() {
        assertThatThrownBy(() -> StudioClient.open(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a folder that no other lamp studio uses");
    }
}
