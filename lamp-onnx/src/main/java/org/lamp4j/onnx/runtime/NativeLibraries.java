package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * ONNX Runtime's native libraries, unpacked for this process into a folder of its own, as the binding would do it.
 * Where the system allows it they are gone as soon as they are loaded, so that a process that is killed leaves nothing;
 * elsewhere the next process removes what dead ones left. A folder that no other user can have prepared needs no check
 * of what is in it.
 */
final class NativeLibraries implements AutoCloseable {

    static final String PREFIX = "lamp4j-onnxruntime-";

    private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());

    /** Where the binding looks first; a program that sets it keeps its own libraries. */
    private static final String PATH_PROPERTY = "onnxruntime.native.path";

    /** What the binding loads itself, at once. */
    private static final List<String> CORE = List.of("onnxruntime", "onnxruntime4j_jni");

    /** What is loaded later, where an archive has it. */
    private static final List<String> LATER = List.of(
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt",
            "onnxruntime_providers_rocm",
            "onnxruntime_providers_dnnl",
            "onnxruntime_providers_openvino",
            "onnxruntime_providers_qnn",
            "webgpu_dawn",
            "dxil",
            "dxcompiler");

    private static final String LOCK = "lock";

    /** Longer than from making a folder to locking it. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private final Path folder;
    private final FileChannel lock;
    private final boolean neededLater;

    private NativeLibraries(Path folder) throws IOException, ReflectiveOperationException {
        this.folder = folder;
        lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.tryLock();
            NativeArchive archive = NativeArchive.find(
                            OrtEnvironment.class.getClassLoader(), BindingInternals.platform())
                    .orElseThrow(() -> new IOException("no libraries for this platform"));
            for (String library : CORE) {
                if (!unpack(archive, library)) {
                    throw new IOException("no " + library + " for " + BindingInternals.platform());
                }
            }
            boolean later = false;
            for (String library : LATER) {
                later |= unpack(archive, library);
            }
            neededLater = later;
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Unpacks the libraries and tells the binding where they are, until this is closed.
     *
     * @return what ends that; nothing if the program has libraries of its own or the binding has to unpack them itself
     */
    static Optional<NativeLibraries> unpack() {
        if (System.getProperties().stringPropertyNames().stream()
                .anyMatch(name -> name.startsWith("onnxruntime.native."))) {
            return Optional.empty();
        }
        Path folder = null;
        try {
            folder = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
            removeThoseOfDeadProcesses(folder);
            NativeLibraries libraries = new NativeLibraries(folder);
            System.setProperty(PATH_PROPERTY, folder.toString());
            return Optional.of(libraries);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "ONNX Runtime's binding unpacks its libraries itself", e);
            if (folder != null) {
                remove(folder);
            }
            return Optional.empty();
        }
    }

    private boolean unpack(NativeArchive archive, String library) throws IOException {
        Optional<InputStream> opened = archive.open(library);
        if (opened.isPresent()) {
            try (InputStream content = opened.get()) {
                Files.copy(content, folder.resolve(System.mapLibraryName(library)));
            }
        }
        return opened.isPresent();
    }

    /**
     * To be called when the binding has loaded the libraries: removes them, or has them removed when the process ends.
     */
    @Override
    public void close() {
        System.clearProperty(PATH_PROPERTY);
        removeFolderOfTheBinding();
        if (neededLater) {
            removeOnExit();
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the lock could not be given back", e);
        }
        if (!remove(folder)) {
            removeOnExit();
        }
    }

    /** Nothing will be in it, since all libraries are here. */
    private static void removeFolderOfTheBinding() {
        try {
            Optional<Path> unused = BindingInternals.temporaryFolder();
            if (unused.isPresent()) {
                Files.deleteIfExists(unused.get());
            }
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the binding's own folder stays until the process ends", e);
        }
    }

    /** Those asked for last are removed first. */
    private void removeOnExit() {
        folder.toFile().deleteOnExit();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> file.toFile().deleteOnExit());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a later process removes the libraries", e);
        }
    }

    /** Removes the folders of this user whose processes hold no lock on them any more. */
    private static void removeThoseOfDeadProcesses(Path own) throws IOException {
        UserPrincipal user = Files.getOwner(own);
        String ownProcess = PREFIX + ProcessHandle.current().pid() + "-";
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
            for (Path folder : folders) {
                if (!folder.getFileName().toString().startsWith(ownProcess) && isOfDeadProcess(folder, user)) {
                    remove(folder);
                }
            }
        }
    }

    private static boolean isOfDeadProcess(Path folder, UserPrincipal user) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)
                    || Files.getLastModifiedTime(folder)
                            .toInstant()
                            .isAfter(Instant.now().minus(YOUNG))) {
                return false;
            }
            Path file = folder.resolve(LOCK);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
            try (FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                return lock.tryLock() != null;
            }
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static boolean remove(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
