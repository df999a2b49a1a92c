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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.training.TrainingClip;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The page of a studio of its own, on the embedded model, in a browser without a window. */
final class StudioPage implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final String DRAG_EVENT = "document.querySelector(arguments[0]).dispatchEvent("
            + "new DragEvent(arguments[2], {dataTransfer: window.dragged, bubbles: true, cancelable: true}));";

    private final Path folder;
    private final Studio studio;
    private final ChromeDriver browser;
    private Runnable whileWaiting = () -> {};
    private Duration patience = StudioClient.PATIENCE;

    private StudioPage(Path folder, Studio studio, ChromeDriver browser) {
        this.folder = folder;
        this.studio = studio;
        this.browser = browser;
    }

    static void assumeBrowser() {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "needs " + CHROMIUM + " and " + DRIVER + ": apt-get install chromium chromium-driver");
    }

    /**
     * Opens a studio and its page.
     *
     * @param folder for the files of both
     */
    static StudioPage open(Path folder) throws IOException {
        Studio studio = StudioClient.open(folder.resolve("studio"));
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
        ChromeDriver browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        StudioPage page = new StudioPage(folder, studio, browser);
        page.resize(1280, 900);
        browser.get(page.address());
        return page;
    }

    /** Does something whenever the page is waited for. */
    void whileWaiting(Runnable action) {
        whileWaiting = action;
    }

    /** Waits longer for the page than is usual. */
    void waitUpTo(Duration longest) {
        patience = longest;
    }

    ChromeDriver browser() {
        return browser;
    }

    String address() {
        return studio.address();
    }

    Path downloads() {
        return folder.resolve("downloads");
    }

    void resize(int width, int height) {
        browser.manage().window().setSize(new Dimension(width, height));
    }

    void ready() {
        find("html[data-ready]");
    }

    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            whileWaiting.run();
            pause();
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (StaleElementReferenceException changed) {
            return false; // The page has made it anew.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50).toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    WebElement find(String selector) {
        await(selector, () -> !all(selector).isEmpty());
        return all(selector).get(0);
    }

    static String tagged(String name) {
        return "[data-testid=\"" + name + "\"]";
    }

    /** As a click, but also where the page has just moved. */
    void press(String selector) {
        await("can be pressed: " + selector, () -> {
            List<WebElement> found = all(selector);
            return !found.isEmpty()
                    && found.get(0).isDisplayed()
                    && found.get(0).isEnabled();
        });
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", find(selector));
    }

    void type(String selector, String text) {
        WebElement field = find(selector);
        show(selector);
        field.clear();
        field.sendKeys(text);
    }

    /** Sets a folded-away number, as typing into it does. */
    void set(String id, String value) {
        find("#" + id);
        browser.executeScript(
                "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                        + " e.dispatchEvent(new Event('input', {bubbles: true}))",
                id,
                value);
    }

    void choose(String id, Path... files) {
        find("#" + id)
                .sendKeys(String.join("\n", Stream.of(files).map(Path::toString).toList()));
    }

    /** Holds files over a place of the page. */
    void drag(String selector, List<Path> files) throws IOException {
        List<List<String>> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(List.of(
                    file.getFileName().toString(),
                    file.toString().endsWith(".png") ? "image/png" : "video/mp4",
                    Base64.getEncoder().encodeToString(Files.readAllBytes(file))));
        }
        show(selector);
        browser.executeScript(
                "window.dragged = new DataTransfer();"
                        + " for (const [name, type, bytes] of arguments[1]) {"
                        + " window.dragged.items.add(new File("
                        + "[Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, {type})); }"
                        + DRAG_EVENT,
                selector,
                contents,
                "dragenter");
    }

    /** Lets go of what is held. */
    void drop(String selector) {
        browser.executeScript(DRAG_EVENT, selector, List.of(), "drop");
    }

    /** Brings a place of the page into view. */
    void show(String selector) {
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", find(selector));
    }

    /** Drops the clips that tests learn from. */
    void chooseClips() throws IOException {
        List<Path> clips = new ArrayList<>();
        for (TrainingClip clip : DrawnClips.training().clips()) {
            Path file = folder.resolve(clip.name() + ".mp4");
            clip.firstWindow(16, 1).write(file);
            clips.add(file);
        }
        choose("clip-files", clips.toArray(Path[]::new));
        await("all clips", () -> all(tagged("clip")).size() == clips.size());
    }

    byte[] screenshot() {
        return browser.getScreenshotAs(OutputType.BYTES);
    }

    /** Returns the serious faults that axe-core finds for people who do not see or use a mouse. */
    List<String> faults() throws IOException {
        browser.executeScript(axe());
        Object violations =
                browser.executeAsyncScript("const done = arguments[0]; axe.run().then(r => done(r.violations"
                        + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                        + ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))))");
        return ((List<?>) violations).stream().map(String::valueOf).toList();
    }

    private static String axe() throws IOException {
        try (InputStream input = StudioPage.class.getResourceAsStream("/axe-core/axe.min.js")) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        browser.quit();
        studio.close();
    }
}
