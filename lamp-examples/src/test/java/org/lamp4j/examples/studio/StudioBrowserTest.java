package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.lamp4j.training.TrainingClip;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** What a person does on the studio's page, in a browser, on the embedded model with few steps. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StudioBrowserTest {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target/studio-screenshots");

    @TempDir
    private static Path folder;

    private static Studio studio;
    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "needs " + CHROMIUM + " and " + DRIVER + ": apt-get install chromium chromium-driver");
        studio = StudioClient.open(folder.resolve("studio"));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en");
        options.addArguments("--user-data-dir=" + folder.resolve("profile"));
        options.setExperimentalOption(
                "prefs",
                Map.of(
                        "profile.default_content_setting_values.automatic_downloads",
                        1,
                        "download.default_directory",
                        Files.createDirectories(folder.resolve("downloads")).toString()));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        browser.manage().window().setSize(new Dimension(1280, 900));
        browser.get(studio.address());
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        if (studio != null) {
            studio.close();
        }
    }

    @BeforeEach
    void ready() {
        find("html[data-ready]");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long end = System.nanoTime() + StudioClient.PATIENCE.toNanos();
        for (; ; ) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (org.openqa.selenium.StaleElementReferenceException changed) {
                // The page has made it anew.
            }
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50).toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    private static WebElement find(String selector) {
        await(selector, () -> !all(selector).isEmpty());
        return all(selector).get(0);
    }

    private static String tagged(String name) {
        return "[data-testid=\"" + name + "\"]";
    }

    /** As a click, but also where the page has just moved. */
    private static void press(String selector) {
        await("can be pressed: " + selector, () -> {
            List<WebElement> found = all(selector);
            return !found.isEmpty()
                    && found.get(0).isDisplayed()
                    && found.get(0).isEnabled();
        });
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", find(selector));
    }

    private static void type(String selector, String text) {
        WebElement field = find(selector);
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", field);
        field.clear();
        field.sendKeys(text);
    }

    /** Sets a folded-away number, as typing into it does. */
    private static void set(String id, String value) {
        find("#" + id);
        browser.executeScript(
                "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                        + " e.dispatchEvent(new Event('input', {bubbles: true}))",
                id,
                value);
    }

    private static void choose(String id, Path... files) {
        find("#" + id)
                .sendKeys(String.join("\n", Stream.of(files).map(Path::toString).toList()));
    }

    private static void screenshot(String name) throws IOException {
        Files.write(SCREENSHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private static List<String> faults() throws IOException {
        browser.executeScript(axe());
        Object violations =
                browser.executeAsyncScript("const done = arguments[0]; axe.run().then(r => done(r.violations"
                        + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                        + ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))))");
        return ((List<?>) violations).stream().map(String::valueOf).toList();
    }

    private static String axe() throws IOException {
        try (InputStream input = StudioBrowserTest.class.getResourceAsStream("/axe-core/axe.min.js")) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @Order(1)
    void token_isTakenOutOfTheAddress() {
        assertThat(browser.getCurrentUrl()).doesNotContain("#");
        assertThat(find("#model-name").getText()).isEqualTo("embedded");
    }

    @Test
    @Order(2)
    void wrongFile_isRefusedInWords() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.mp4"), "no clip");
        choose("clip-files", wrong);

        assertThat(find(".uploads .failed [role=alert]").getText()).contains("wrong.mp4");
        assertThat(faults()).isEmpty();
        press(".uploads .failed button");
    }

    @Test
    @Order(3)
    void clips_dropped_areCaptionedAndLearnedFrom() throws IOException {
        List<Path> clips = new ArrayList<>();
        for (TrainingClip clip : DrawnClips.training().clips()) {
            Path file = folder.resolve(clip.name() + ".mp4");
            clip.firstWindow(16, 1).write(file);
            clips.add(file);
        }
        choose("clip-files", clips.toArray(Path[]::new));
        await("both clips", () -> all(tagged("clip")).size() == 2);
        type("#shared-caption", "a ball moves right");
        press("#shared-caption-button");
        await(
                "captions",
                () -> all(tagged("caption")).stream()
                        .allMatch(field -> "a ball moves right".equals(field.getDomProperty("value"))));
        type("#motion-name", "to the right");
        set("learn-steps", "4");
        set("learn-frameCount", "4");
        press("#learn-button");
        find("#learn-jobs [data-state]");
        browser.navigate().refresh();
        ready();
        find("#learn-jobs [data-state=\"done\"]");

        assertThat(find(tagged("pattern") + " h3").getText()).isEqualTo("to the right");
        assertThat(faults()).isEmpty();
        screenshot("learned");
    }

    @Test
    @Order(4)
    void picture_animated_isDownloadedInEachFormat() throws IOException {
        Path picture = folder.resolve("ball.png");
        DrawnClips.firstFrame().write(picture);
        choose("picture-file", picture);
        await("picture", () -> find("#picture").isDisplayed());
        type("#prompt", "a green ball moves right");
        press(tagged("pattern-radio"));
        set("animate-steps", "2");
        set("animate-frameCount", "4");
        press("#animate-button");
        find(tagged("latest"));
        for (String format : List.of("mp4", "gif", "webm", "frames")) {
            press(tagged("latest") + " " + tagged("download-" + format));
        }

        Map<String, Long> sizes = new HashMap<>();
        await("four files", () -> {
            try (Stream<Path> files = Files.list(folder.resolve("downloads"))) {
                for (Path file : files.toList()) {
                    sizes.put(Request.ending(file.toString()), Files.size(file));
                }
            } catch (IOException e) {
                return false;
            }
            return sizes.keySet().containsAll(List.of("mp4", "gif", "webm", "zip"));
        });
        assertThat(faults()).isEmpty();
    }

    @Test
    @Order(5)
    void page_atThreeWidths_hasNoSeriousFault() throws IOException {
        for (int width : List.of(400, 1280, 2500)) {
            browser.manage().window().setSize(new Dimension(width, 1000));
            screenshot("width-" + width);
            assertThat(faults()).as("at " + width).isEmpty();
            Object overflow = browser.executeScript("return document.documentElement.scrollWidth - innerWidth");
            assertThat(((Number) overflow).intValue())
                    .as("overflow at " + width)
                    .isLessThanOrEqualTo(0);
        }
        browser.manage().window().setSize(new Dimension(1280, 900));
    }

    @Test
    @Order(6)
    void tabs_two_showTheSameAndCancelIsSeenInBoth() {
        String first = browser.getWindowHandle();
        type("#motion-name", "endless");
        set("learn-steps", "100000");
        press("#learn-button");
        find("#learn-jobs [data-state=\"running\"]");
        browser.switchTo().newWindow(WindowType.TAB);
        browser.get(studio.address());
        ready();
        find("#learn-jobs [data-state=\"running\"]");
        press("#learn-jobs [data-state=\"running\"] " + tagged("job-cancel"));
        await("no job runs", () -> all("#learn-jobs [data-state=\"running\"]").isEmpty());
        browser.close();
        browser.switchTo().window(first);

        await(
                "no job runs in the first tab",
                () -> all("#learn-jobs [data-state=\"running\"]").isEmpty());
    }
}
