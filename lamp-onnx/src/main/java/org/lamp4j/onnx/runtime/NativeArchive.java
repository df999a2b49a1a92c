package org.lamp4j.onnx.runtime;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.util.Optional;

/**
 * The archive that ONNX Runtime's native libraries are taken from. Where onnxruntime and onnxruntime_gpu are both on
 * the class path, with the same classes, it is the one that can compute on a GPU, whichever comes first: libraries of
 * the one would not work with those of the other.
 */
final class NativeArchive {

    private static final String CORE = "onnxruntime";
    private static final String CUDA = "onnxruntime_providers_cuda";

    /** The libraries' folder, with a slash behind. */
    private final String folder;

    private NativeArchive(String folder) {
        this.folder = folder;
    }

    /**
     * Looks for the archive.
     *
     * @param loader what has the binding's classes
     * @param platform the folder of this platform's libraries
     * @return the archive; empty if there is none for this platform
     */
    static Optional<NativeArchive> find(ClassLoader loader, String platform) {
        String resources = "ai/onnxruntime/native/" + platform + "/";
        for (String library : new String[] {CUDA, CORE}) {
            String file = System.mapLibraryName(library);
            URL found = loader.getResource(resources + file);
            if (found != null) {
                String place = found.toString();
                return Optional.of(new NativeArchive(place.substring(0, place.length() - file.length())));
            }
        }
        return Optional.empty();
    }

    /**
     * Opens a library.
     *
     * @param library its name, without what the system adds to it
     * @return its content; empty if the archive does not have it
     * @throws IOException if the archive cannot be read
     */
    Optional<InputStream> open(String library) throws IOException {
        URLConnection place =
                URI.create(folder + System.mapLibraryName(library)).toURL().openConnection();
        place.setUseCaches(false); // which would keep the archive open
        try {
            return Optional.of(place.getInputStream());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }
}
