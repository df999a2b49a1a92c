package org.lamp4j.motion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this library, as the build wrote it. */
public final class LibraryVersion {

    private static final String VERSION = read();

    private LibraryVersion() {}

    /**
     * Returns the version.
     *
     * @return for example {@code 0.1.0}
     */
    public static String current() {
        return VERSION;
    }

    private static String read() {
        try (InputStream resource = LibraryVersion.class.getResourceAsStream("version.properties")) {
            if (resource == null) {
                throw new IllegalStateException("expected version.properties beside LibraryVersion, but it is missing");
            }
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
