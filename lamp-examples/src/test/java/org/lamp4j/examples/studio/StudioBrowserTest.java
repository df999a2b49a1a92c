package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.examples.studio.StudioPage.tagged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.testing.DrawnClips;
import org.openqa.selenium.WindowType;

/** What a person does on the studio's page, in a browser, on the embedded model with few steps. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StudioBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target/studio-screenshots");

    @TempDir
    private static Path folder;

    private static StudioPage page;

    @BeforeAll
    static void open() throws IOException {
        StudioPage.assumeBrowser();
        page = StudioPage.open(folder);
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterAll
    static void close() {
        if (page != null) {
            page.close();
        }
    }

    @BeforeEach
    void ready() {
        page.ready();
    }

    private static void screenshot(String name) throws IOException {
        Files.write(SCREENSHOTS.resolve(name + ".png"), page.screenshot());
    }

    @Test
    @Order(1)
    void token_isTakenOutOfTheAddress() {
        assertThat(page.browser().getCurrentUrl()).doesNotContain("#");
        assertThat(page.find("#model-name").getText()).isEqualTo("embedded");
    }

    @Test
    @Order(2)
    void wrongFile_isRefusedInWords() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.mp4"), "no clip");
        page.choose("clip-files", wrong);

        assertThat(page.find(".uploads .failed [role=alert]").getText()).contains("wrong.mp4");
        assertThat(page.faults()).isEmpty();
        page.press(".uploads .failed button");
    }

    @Test
    @Order(3)
    void clips_dropped_areCaptionedAndLearnedFrom() throws IOException {
        page.chooseClips();
        page.type("#shared-caption", "a ball moves right");
        page.press("#shared-caption-button");
        page.await(
                "captions",
                () -> page.all(tagged("caption")).stream()
                        .allMatch(field -> "a ball moves right".equals(field.getDomProperty("value"))));
        page.type("#motion-name", "to the right");
        page.set("learn-steps", "4");
        page.set("learn-frameCount", "4");
        page.press("#learn-button");
        page.find("#learn-jobs [data-state]");
        page.browser().navigate().refresh();
        ready();
        page.find("#learn-jobs [data-state=\"done\"]");

        assertThat(page.find(tagged("pattern") + " h3").getText()).isEqualTo("to the right");
        assertThat(page.faults()).isEmpty();
        screenshot("learned");
    }

    @Test
    @Order(4)
    void picture_animated_isDownloadedInEachFormat() throws IOException {
        Path picture = folder.resolve("ball.png");
        DrawnClips.firstFrame().write(picture);
        page.choose("picture-file", picture);
        page.await("picture", () -> page.find("#picture").isDisplayed());
        page.type("#prompt", "a green ball moves right");
        page.press(tagged("pattern-radio"));
        page.set("animate-steps", "2");
        page.set("animate-frameCount", "4");
        page.press("#animate-button");
        page.find(tagged("latest"));
        for (String format : List.of("mp4", "gif", "webm", "frames")) {
            page.press(tagged("latest") + " " + tagged("download-" + format));
        }

        Map<String, Long> sizes = new HashMap<>();
        page.await("four files", () -> {
            try (Stream<Path> files = Files.list(page.downloads())) {
                for (Path file : files.toList()) {
                    sizes.put(Request.ending(file.toString()), Files.size(file));
                }
            } catch (IOException e) {
                return false;
            }
            return sizes.keySet().containsAll(List.of("mp4", "gif", "webm", "zip"));
        });
        assertThat(page.faults()).isEmpty();
    }

    @Test
    @Order(5)
    void page_atThreeWidths_hasNoSeriousFault() throws IOException {
        for (int width : List.of(400, 1280, 2500)) {
            page.resize(width, 1000);
            screenshot("width-" + width);
            assertThat(page.faults()).as("at " + width).isEmpty();
            Object overflow = page.browser().executeScript("return document.documentElement.scrollWidth - innerWidth");
            assertThat(((Number) overflow).intValue())
                    .as("overflow at " + width)
                    .isLessThanOrEqualTo(0);
        }
        page.resize(1280, 900);
    }

    @Test
    @Order(6)
    void tabs_two_showTheSameAndCancelIsSeenInBoth() {
        String running = "#learn-jobs [data-state=\"running\"]";
        String first = page.browser().getWindowHandle();
        page.type("#motion-name", "endless");
        page.set("learn-steps", "100000");
        page.press("#learn-button");
        page.find(running);
        page.browser().switchTo().newWindow(WindowType.TAB);
        page.browser().get(page.address());
        ready();
        page.find(running);
        page.press(running + " " + tagged("job-cancel"));
        page.await("no job runs", () -> page.all(running).isEmpty());
        page.browser().close();
        page.browser().switchTo().window(first);

        page.await("no job runs in the first tab", () -> page.all(running).isEmpty());
    }
}
