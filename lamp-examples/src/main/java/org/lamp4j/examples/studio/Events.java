package org.lamp4j.examples.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.lamp4j.files.StrictJson;

/**
 * Tells all pages that are open what has changed, as server-sent events. A page that does not keep up is cut off, and
 * reads everything anew when it comes again: nobody waits for it.
 */
final class Events {

    /** Events that a page may be behind. */
    static final int QUEUE_LENGTH = 256;

    /**
     * How often something is written, so that a page that is gone is noticed, and one that is there knows that all is
     * well.
     */
    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final Set<Page> pages = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();

    /** One open stream. */
    private static final class Page {

        private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(QUEUE_LENGTH);
        private final Thread thread = Thread.currentThread();

        /** Its thread writes to a client that does not read, and is woken by an interrupt, which closes the channel. */
        void cutOff() {
            thread.interrupt();
        }
    }

    void publish(String event, JsonNode data) {
        if (pages.isEmpty()) {
            return;
        }
        String text = "id: " + lastId.incrementAndGet() + "\nevent: " + event + "\ndata: " + line(data) + "\n\n";
        for (Page page : List.copyOf(pages)) {
            if (!page.waiting.offer(text) && pages.remove(page)) {
                page.cutOff();
            }
        }
    }

    void publishDeleted(String event, String id) {
        publish(event, JsonNodeFactory.instance.objectNode().put("id", id).put("deleted", true));
    }

    private static String line(JsonNode data) {
        try {
            return StrictJson.mapper().writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    int openStreams() {
        return pages.size();
    }

    /** Returns a stream that ends when the client goes, or the calling thread is interrupted. */
    Answer stream() {
        return Answer.endless("text/event-stream; charset=utf-8", this::write);
    }

    private void write(OutputStream output) throws IOException {
        Page page = new Page();
        pages.add(page);
        try {
            String text = ": connected\n\n";
            for (; ; ) {
                output.write(text.getBytes(StandardCharsets.UTF_8));
                output.flush();
                String next = page.waiting.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
                text = next == null ? ": still here\n\n" : next;
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            pages.remove(page);
        }
    }
}
