package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.SmallDisk;
import org.lamp4j.files.StrictJson;
import org.lamp4j.testing.DrawnClips;

/** A studio whose disk is filled by others while it works; only a user who may mount a file system can have one. */
class StudioFullDiskTest {

    /** What the studio keeps free, its model, and room for what is made here. */
    private static final long DISK_KIBIBYTES = (Limits.SPARE_DISK_BYTES >> 10) + (32 << 10);

    private static final String REASON = "expected a file that can be written, but was: No space left on device (";

    /** Enough to fill the disk before they are over. */
    private static final int STEPS = 20;

    @TempDir
    private Path scratch;

    private Path folder;
    private SmallDisk disk;
    private Studio studio;
    private StudioClient page;

    @BeforeEach
    void open() throws Exception {
        folder = Files.createDirectory(scratch.resolve("studio"));
        disk = SmallDisk.mount(folder, DISK_KIBIBYTES);
        reopen();
    }

    private void reopen() throws IOException {
        studio = StudioClient.open(folder);
        page = new StudioClient(studio);
    }

    @AfterEach
    void close() {
        if (disk != null) {
            studio.close();
            disk.close();
        }
    }

    /** All that lies in some of the studio's folders, without what the studio needs to tell others that it is open. */
    private Set<String> files(String... kinds) throws IOException {
        Set<String> files = new TreeSet<>();
        for (String kind : kinds) {
            try (Stream<Path> all = Files.walk(folder.resolve(kind))) {
                all.filter(path -> !path.equals(folder.resolve(kind)))
                        .map(path -> folder.relativize(path).toString())
                        .forEach(files::add);
            }
        }
        return files;
    }

    private JsonNode kept(String job) throws IOException {
        return StrictJson.mapper()
                .readTree(Files.readAllBytes(folder.resolve("jobs").resolve(job).resolve("job.json")));
    }

    private static void assertSaysThatTheDiskIsFull(JsonNode failure, String reason) {
        assertThat(failure.path("message").asText()).startsWith("the disk is full: " + reason);
        assertThat(failure.path("advice").asText()).startsWith("Free space on this disk");
    }

    private String picture() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        DrawnClips.firstFrame().write(png);
        return page.upload("images", "ball.png", png.toByteArray()).path("id").asText();
    }

    @Test
    void upload_diskFullOnTheWay_saysSoAndLeavesNothing() throws Exception {
        byte[] half = new byte[4 << 20];
        try (Socket upload = page.connect(
                "POST /api/sources HTTP/1.1",
                page.hostLine(),
                page.tokenLine(),
                "X-File-Name: a.mp4",
                "Connection: close",
                "Content-Length: " + 2 * half.length)) {
            upload.getOutputStream().write(half);
            while (files("incoming").isEmpty()) {
                Thread.onSpinWait();
            }
            disk.fill();
            upload.getOutputStream().write(half);
            String answer = new String(upload.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 507");
            assertSaysThatTheDiskIsFull(
                    StrictJson.mapper()
                            .readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                            .path("error"),
                    REASON);
        }
        assertThat(files("incoming", "sources")).isEmpty();
        StudioClient.assertDiskFull(page.tryUpload("sources", "b.mp4", half));
        disk.makeRoom();
        assertThat(page.uploadClips(scratch)).isNotEmpty();
    }

    @Test
    void animate_diskFullOnTheWay_failsAloneAndIsKeptAsFailedOnceThereIsRoom() throws Exception {
        String learned = page.start(StudioClient.learnJob(page.uploadClips(scratch), 1));
        JsonNode pattern =
                new TextNode(page.await(learned, "done").path("pattern").asText());
        String picture = picture();
        String job = page.start(StudioClient.animateJob(pattern, picture, STEPS));
        page.await(job, now -> now.path("step").asInt() > 0);

        disk.fill();
        JsonNode failed = page.awaitWhatever(job, now -> now.has("ended"));

        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertSaysThatTheDiskIsFull(failed, REASON);
        assertThat(files("results")).isEmpty();
        assertThat(page.get("results")).isEmpty();
        assertThat(kept(job).path("state").asText()).isEqualTo("running");
        StudioClient.assertDiskFull(page.send(
                StudioClient.posting(page.request("/api/jobs"), StudioClient.animateJob(pattern, picture, 1))));
        disk.makeRoom();
        page.await(page.start(StudioClient.animateJob(pattern, picture, 1)), "done");
        assertThat(page.get("results")).hasSize(1);
        assertThat(kept(job)).isEqualTo(page.job(job));
    }

    @Test
    void learn_diskFullOnTheWay_isPausedAndGoesOnWhereItWas() throws Exception {
        String job = page.start(StudioClient.learnJob(page.uploadClips(scratch), STEPS));
        page.await(job, now -> now.path("step").asInt() > 1);
        page.post("jobs/" + job + "/pause");
        page.await(job, "paused");
        Set<String> before = files("jobs");
        int done = page.job(job).path("step").asInt();
        page.post("jobs/" + job + "/resume");
        page.await(job, now -> now.path("step").asInt() > done);

        disk.fill();
        JsonNode paused = page.await(job, now -> now.has("message"));

        assertThat(paused.path("state").asText()).isEqualTo("paused");
        assertSaysThatTheDiskIsFull(paused, REASON);
        assertThat(files("jobs")).isEqualTo(before);
        assertThat(files("patterns")).isEmpty();
        assertThat(kept(job).path("id").asText()).isEqualTo(job);
        disk.makeRoom();
        studio.close();
        reopen();
        assertThat(page.job(job).path("message").asText())
                .isEqualTo(paused.path("message").asText());
        page.post("jobs/" + job + "/resume");
        assertThat(page.await(job, "done").path("losses")).hasSize(STEPS);
        assertThat(page.get("patterns").path(0).path("steps").asInt()).isEqualTo(STEPS);
    }

    @Test
    void cancel_diskFull_letsGoOfTheCheckpoints() throws Exception {
        String job = page.start(StudioClient.learnJob(page.uploadClips(scratch), 100_000));
        page.await(job, now -> now.path("step").asInt() > 1);
        page.post("jobs/" + job + "/pause");
        page.await(job, "paused");
        disk.fill();

        page.post("jobs/" + job + "/cancel");

        assertThat(page.job(job).path("state").asText()).isEqualTo("cancelled");
        assertThat(kept(job).path("state").asText()).isEqualTo("cancelled");
        assertThat(files("jobs")).noneMatch(file -> file.contains("checkpoints"));
    }
}
