package org.lamp4j.examples.studio;

import com.google.common.base.Splitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** The frames of a video of the page, with what a person does there made visible. Waits are cut to a time lapse. */
final class DemoRecording {

    private static final double FRAMES_PER_SECOND = 8;

    /** Both as styles of elements, which the page's policy leaves to scripts. */
    private static final String TITLE = "let e = document.getElementById('demo-title');"
            + " if (!e) { e = document.createElement('div'); e.id = 'demo-title'; document.body.append(e);"
            + " e.style.cssText = 'position:fixed;left:50%;bottom:18px;transform:translateX(-50%);padding:10px 26px;"
            + "border-radius:24px;background:#111c;color:#fff;font:600 25px sans-serif;z-index:99;white-space:nowrap;"
            + "pointer-events:none'; }"
            + " e.textContent = arguments[0];";

    private static final String HAND = "let e = document.getElementById('demo-hand');"
            + " if (!e) { e = document.createElement('div'); e.id = 'demo-hand'; document.body.append(e); }"
            + " const at = document.querySelector(arguments[0]).getBoundingClientRect();"
            + " const x = at.left + Math.min(at.width / 2, 200), y = at.top + at.height / 2, part = arguments[2];"
            + " e.textContent = arguments[1];"
            + " e.style.cssText = 'position:fixed;transform:translate(-50%,-50%);z-index:98;pointer-events:none;"
            + "min-width:22px;min-height:22px;padding:8px;border-radius:20px;border:3px solid #e8590c;"
            + "background:#ff922b66;font:600 20px sans-serif;color:#000';"
            + " e.style.left = x + (innerWidth / 2 - x) * (1 - part) + 'px';"
            + " e.style.top = y + (innerHeight * 0.9 - y) * (1 - part) + 'px';";

    private static final String NO_HAND = "document.getElementById('demo-hand')?.remove()";

    private final StudioPage page;
    private final List<RgbImage> frames = new ArrayList<>();

    DemoRecording(StudioPage page) {
        this.page = page;
    }

    VideoClip clip() {
        return VideoClip.of(frames, FRAMES_PER_SECOND);
    }

    /** Says in the video what comes now. */
    void title(String text) {
        page.browser().executeScript(TITLE, text);
        hold(1.5);
    }

    /** Shows the page as it is for some seconds. */
    void hold(double seconds) {
        frames.addAll(Collections.nCopies((int) (seconds * FRAMES_PER_SECOND), image()));
    }

    /** Shows what moves on the page for some seconds, as fast as it is. */
    void live(double seconds) {
        long start = System.nanoTime();
        int count = (int) (seconds * FRAMES_PER_SECOND);
        for (int frame = 0; frame < count; frame++) {
            RgbImage image = image();
            long late = System.nanoTime() - start - (long) (frame * 1e9 / FRAMES_PER_SECOND);
            frames.add(image);
            sleep((long) (1e9 / FRAMES_PER_SECOND) - late);
        }
    }

    /** Shows something on its way to a place of the page. */
    void carry(String what, String selector) {
        for (int step = 0; step <= FRAMES_PER_SECOND; step++) {
            page.browser().executeScript(HAND, selector, what, step / FRAMES_PER_SECOND);
            frames.add(image());
        }
    }

    void letGo() {
        page.browser().executeScript(NO_HAND);
    }

    /** Presses a button, and shows which. */
    void press(String selector) {
        page.show(selector);
        page.browser().executeScript(HAND, selector, "", 1);
        hold(0.5);
        letGo();
        page.press(selector);
    }

    /** Types word by word. */
    void type(String selector, String text) {
        page.type(selector, "");
        for (String word : Splitter.onPattern("(?<= )").split(text)) {
            page.find(selector).sendKeys(word);
            frames.add(image());
        }
        hold(0.5);
    }

    /** From now on records a wait in so many frames, however long it is: one whenever the bar has moved so far. */
    void lapse(String bar, int frameCount) {
        double[] next = {0};
        page.whileWaiting(() -> {
            Object share =
                    page.browser().executeScript("return document.querySelector(arguments[0])?.value ?? -1", bar);
            if (((Number) share).doubleValue() >= next[0]) {
                next[0] += 1.0 / frameCount;
                frames.add(image());
            }
        });
    }

    void endLapse() {
        page.whileWaiting(() -> {});
    }

    private RgbImage image() {
        try {
            return RgbImage.read(new ByteArrayInputStream(page.screenshot()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
