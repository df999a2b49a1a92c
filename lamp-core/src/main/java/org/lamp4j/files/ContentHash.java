package org.lamp4j.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 hash that is being computed. Not safe for several threads. */
public final class ContentHash {

    private static final int BLOCK_BYTES = 1 << 16;

    private final MessageDigest digest;

    /** Starts a hash of nothing. */
    public ContentHash() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256, which every Java platform has", e);
        }
    }

    /**
     * Adds bytes.
     *
     * @param bytes the bytes from position to limit; the position moves to the limit
     * @return this hash
     */
    public ContentHash add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /**
     * Adds a text and a zero byte after it, so that neighbouring texts do not run together.
     *
     * @param text the text
     * @return this hash
     */
    public ContentHash add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    /**
     * Adds the bytes of a file.
     *
     * @param file a regular file
     * @return this hash
     * @throws IOException if it cannot be read, or is no regular file
     */
    public ContentHash add(Path file) throws IOException {
        RegularFile.require(file);
        byte[] block = new byte[BLOCK_BYTES];
        try (InputStream input = Files.newInputStream(file)) {
            for (int count = input.read(block); count >= 0; count = input.read(block)) {
                digest.update(block, 0, count);
            }
        }
        return this;
    }

    /**
     * Finishes the hash, of which a number is wanted that is the same in every process.
     *
     * @return its first 64 bits
     */
    public long finishAsLong() {
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /**
     * Finishes the hash.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     */
    public String finish() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
