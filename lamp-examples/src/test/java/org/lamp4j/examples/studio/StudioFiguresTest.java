package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.testing.EmbeddedModel;

/** Prints how fast the studio answers. Nothing is held to a time: that is the machine's. */
@EnabledIfSystemProperty(
        named = "studio.figures",
        matches = "true",
        disabledReason = "-Dstudio.figures=true measures the studio, in some minutes on an idle machine")
class StudioFiguresTest {

    private static final int CLICKS = 40;
    private static final int ROUNDS = 5;
    private static final int DENOISING_STEPS = 50;

    @TempDir
    private Path folder;

    @Test
    void page_loadedAndUsedWhileAMotionIsLearned() throws IOException {
        StudioPage.assumeBrowser();
        try (StudioPage page = StudioPage.open(folder)) {
            page.ready();
            print("page, ms from its address to all views", timesToReady(page));
            page.chooseClips();
            page.type("#shared-caption", "a ball moves right");
            page.press("#shared-caption-button");
            print("a caption kept, ms, idle", clicks(page));
            page.type("#motion-name", "endless");
            page.set("learn-steps", "100000");
            page.press("#learn-button");
            page.find("#learn-jobs [data-state=\"running\"] path.raw[d]");
            print("a caption kept, ms, while a motion is learned", clicks(page));
        }
    }

    private static List<Double> timesToReady(StudioPage page) {
        page.browser().executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                new MutationObserver((changes, observer) => {
                  if (document.documentElement?.dataset.ready) {
                    window.readyAt = performance.now();
                    observer.disconnect();
                  }
                }).observe(document, { subtree: true, attributes: true });"""));
        List<Double> times = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            page.browser().navigate().refresh();
            page.ready();
            times.add(((Number) page.browser().executeScript("return window.readyAt")).doubleValue());
        }
        return times;
    }

    /** What a person waits for: from the page's request to the server's answer, and until the page shows it. */
    private static List<Double> clicks(StudioPage page) {
        Object times = page.browser().executeAsyncScript("""
                (async ([count, done]) => {
                  const api = await import("/api.js");
                  const [clip] = await api.get("sources");
                  const times = [];
                  for (let i = 0; i < count; i++) {
                    const start = performance.now();
                    await api.patch(`sources/${clip.id}`, { caption: `caption ${i}` });
                    await new Promise(requestAnimationFrame);
                    times.push(performance.now() - start);
                    await new Promise((resolve) => setTimeout(resolve, 100));
                  }
                  done(times);
                })(arguments);""", CLICKS);
        return ((List<?>) times)
                .stream().map(time -> ((Number) time).doubleValue()).toList();
    }

    @Test
    void previews_shareOfTheTimeOfAClip() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        List<Double> ratios = new ArrayList<>();
        EmbeddedModel.copyTo(folder.resolve("model"));
        try (Studio studio = StudioClient.open(folder.resolve("studio"));
                Backbone backbone = Backbone.load(folder.resolve("model"))) {
            StudioClient client = new StudioClient(studio);
            String learned = client.await(client.start(StudioClient.learnJob(client.uploadClips(folder), 2)), "done")
                    .path("pattern")
                    .asText();
            Files.write(pattern, client.bytes("patterns/" + learned + "/file"));
            MotionPattern motion = MotionPattern.load(backbone, pattern);
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            DrawnClips.firstFrame().write(png);
            String image = client.upload("images", "ball.png", png.toByteArray())
                    .path("id")
                    .asText();
            ObjectNode job = StudioClient.animateJob(new TextNode(learned), image, DENOISING_STEPS);
            ((ObjectNode) job.path("options")).put("frameCount", 16);
            for (int round = 0; round <= ROUNDS; round++) {
                double alone = secondsAlone(motion, DrawnClips.firstFrame());
                double previewed = seconds(client.await(client.start(job), "done"));
                if (round > 0) { // the first one warms up
                    ratios.add(previewed / alone);
                }
            }
        }
        print("a clip with previews / without, and written", ratios);
        assertThat(ratios).hasSize(ROUNDS);
    }

    /** With the settings that the studio has for this model. */
    private static double secondsAlone(MotionPattern motion, RgbImage first) {
        GenerationOptions options =
                Quickstart.settings(7, Look.DRAWN, ProgressListener.none(), ProgressListener.none())
                        .generation()
                        .toBuilder()
                        .steps(DENOISING_STEPS)
                        .frameCount(16)
                        .build();
        long start = System.nanoTime();
        motion.generate("a green ball moves right", first, options);
        return (System.nanoTime() - start) / 1e9;
    }

    private static double seconds(JsonNode job) {
        return Duration.between(
                                Instant.parse(job.path("started").asText()),
                                Instant.parse(job.path("ended").asText()))
                        .toMillis()
                / 1e3;
    }

    private static void print(String what, List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%s: min %.2f, median %.2f, max %.2f of %d%n",
                what,
                sorted.get(0),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() - 1),
                sorted.size());
    }
}
