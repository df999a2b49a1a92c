package org.lamp4j.examples.studio;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.PrintableText;

/** A request that may be answered: its body is read within limits. */
final class Request {

    private static final int CHUNK_BYTES = 1 << 16;

    private final HttpExchange exchange;
    private final String id;
    private final Limits limits;
    private final Deadlines deadlines;

    Request(HttpExchange exchange, String id, Limits limits, Deadlines deadlines) {
        this.exchange = exchange;
        this.id = id;
        this.limits = limits;
        this.deadlines = deadlines;
    }

    /** Returns what stands for {@code {id}} in the route; empty if there is none. */
    String id() {
        return id;
    }

    Fields json() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copyBody(bytes, Limits.JSON_BYTES);
        return bytes.size() == 0 ? Fields.parse(new byte[] {'{', '}'}) : Fields.parse(bytes.toByteArray());
    }

    /** Returns the name that the file has with the person: one printable line, for eyes only. */
    String fileName() {
        String given = exchange.getRequestHeaders().getFirst("X-File-Name");
        if (given == null || given.isBlank()) {
            throw Refusal.badRequest("expected the header X-File-Name, but was none");
        }
        String name;
        try {
            name = URLDecoder.decode(given.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw Refusal.badRequest(
                    "expected X-File-Name in percent-encoding, but was " + PrintableText.excerpt(given));
        }
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String line = PrintableText.line(last).strip();
        return line.isEmpty() ? "file" : line.substring(0, Math.min(line.length(), Limits.NAME_LENGTH));
    }

    /** Returns the ending of a name, in small letters; empty if it has none of letters and digits. */
    static String ending(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return ending.length() < name.length() && ending.matches("[a-z0-9]{1,5}") ? ending : "";
    }

    /**
     * Writes the body into a new file.
     *
     * @throws Refusal if it is too large, or the disk too small for it
     */
    void saveBody(Path file, long maxBytes) throws IOException {
        try {
            requireRoom(file, maxBytes);
            AtomicFile.write(file, output -> copyBody(output, maxBytes));
        } catch (IOException | Refusal problem) {
            if (Failure.of(problem).status() == Refusal.DISK_FULL) {
                skipBody(maxBytes);
            }
            throw problem;
        }
    }

    private void requireRoom(Path file, long maxBytes) throws IOException {
        long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        if (free - Math.max(0, Math.min(announced(), maxBytes)) < Limits.SPARE_DISK_BYTES) {
            throw Failure.diskLow(free);
        }
    }

    /** Takes the rest of a body, for a browser that is cut off while it sends does not read what went wrong. */
    private void skipBody(long maxBytes) throws IOException {
        try {
            copyBody(OutputStream.nullOutputStream(), maxBytes);
        } catch (Refusal noMore) {
            deadlines.clear();
        }
    }

    private long announced() {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException notANumber) {
            throw Refusal.badRequest("expected a number in Content-Length, but was " + PrintableText.excerpt(length));
        }
    }

    private void copyBody(OutputStream output, long maxBytes) throws IOException {
        if (announced() > maxBytes) {
            throw tooLarge(maxBytes, announced() + " bytes");
        }
        InputStream body = exchange.getRequestBody();
        byte[] chunk = new byte[CHUNK_BYTES];
        long end = System.nanoTime() + limits.whole().toNanos();
        long total = 0;
        for (; ; ) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            deadlines.set(left.compareTo(limits.idle()) < 0 ? left : limits.idle());
            int count = read(body, chunk);
            deadlines.clear();
            if (count < 0) {
                return;
            }
            total += count;
            if (total > maxBytes) {
                throw tooLarge(maxBytes, "more");
            }
            output.write(chunk, 0, count);
        }
    }

    /** A client that goes in the middle is no fault of this side. */
    private static int read(InputStream body, byte[] chunk) {
        try {
            return body.read(chunk);
        } catch (IOException gone) {
            throw Refusal.badRequest("expected a whole request, but was the end of the connection in the middle");
        }
    }

    private static Refusal tooLarge(long maxBytes, String found) {
        return new Refusal(
                Refusal.TOO_LARGE,
                "expected at most " + maxBytes + " bytes, but was " + found,
                "Use a shorter clip or a smaller picture.");
    }
}
