package org.lamp4j.examples.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.lamp4j.files.StrictJson;

/** What a request is answered with. */
final class Answer {

    static final int OK = 200;

    /** How long a client may take to fetch a part. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long a client whose request is too large may go on sending it, to read the answer then. */
    private static final Duration LINGERING = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Answer.class.getName());

    private static final String JSON = "application/json; charset=utf-8";

    private final int status;
    private final String type;
    private final long length;
    private final Body body;
    private final boolean endless;

    /** Writes the content. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream output) throws IOException;
    }

    private Answer(int status, String type, long length, Body body, boolean endless) {
        this.status = status;
        this.type = type;
        this.length = length;
        this.body = body;
        this.endless = endless;
    }

    static Answer json(JsonNode value) {
        return json(OK, value);
    }

    static Answer json(int status, JsonNode value) {
        try {
            return bytes(status, JSON, StrictJson.mapper().writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Answer bytes(int status, String type, byte[] bytes) {
        return new Answer(status, type, bytes.length, output -> output.write(bytes), false);
    }

    static Answer file(Path file, String type) throws IOException {
        return new Answer(
                OK,
                type,
                Files.size(file),
                output -> {
                    try (InputStream input = Files.newInputStream(file)) {
                        input.transferTo(output);
                    }
                },
                false);
    }

    /** Returns one whose length is not known before it is written. */
    static Answer stream(String type, Body body) {
        return new Answer(OK, type, -1, body, false);
    }

    /** Returns one that ends when the client goes. */
    static Answer endless(String type, Body body) {
        return new Answer(OK, type, -1, body, true);
    }

    boolean isEndless() {
        return endless;
    }

    /**
     * Sends it.
     *
     * @param withBody false where only the headers are asked for
     */
    void send(HttpExchange exchange, Deadlines deadlines, boolean withBody) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (status == Refusal.TOO_LARGE) {
            // not all of the request may be read: the client's next one needs another connection
            exchange.getResponseHeaders().set("Connection", "close");
        }
        deadlines.set(PATIENCE);
        if (!withBody || length == 0) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, length < 0 ? 0 : length); // there, 0 stands for chunks
        try (OutputStream output = new Patient(exchange.getResponseBody(), deadlines)) {
            body.writeTo(output);
            if (status == Refusal.TOO_LARGE) {
                output.flush();
                takeRest(exchange.getRequestBody(), deadlines);
            }
        } finally {
            deadlines.clear();
        }
    }

    /** What is still on its way when a connection is closed takes the answer with it, unread. */
    private static void takeRest(InputStream request, Deadlines deadlines) {
        byte[] taken = new byte[1 << 16];
        deadlines.set(LINGERING);
        try {
            while (request.read(taken) >= 0) {
                // until the client has sent all, or the time is up
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "cut off while it sent more than is taken", gone);
        }
        deadlines.clear();
    }

    /** Gives the client time for each part anew. */
    private static final class Patient extends OutputStream {

        private final OutputStream inner;
        private final Deadlines deadlines;

        Patient(OutputStream inner, Deadlines deadlines) {
            this.inner = inner;
            this.deadlines = deadlines;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            deadlines.set(PATIENCE);
            inner.write(bytes, offset, count);
            deadlines.clear();
        }

        @Override
        public void flush() throws IOException {
            deadlines.set(PATIENCE);
            inner.flush();
            deadlines.clear();
        }

        @Override
        public void close() throws IOException {
            deadlines.set(PATIENCE);
            inner.close();
        }
    }
}
