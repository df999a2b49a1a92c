package org.lamp4j.files;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A hidden folder for what is not whole yet: {@code .lamp4j-PID-START-NUMBER.tmp}, which only its user may enter. It is
 * removed when it is closed. One that a killed process left is removed when the next is made in the same folder.
 *
 * <p>While its process lives, a file in it is locked; so others tell the two apart, in containers with process numbers
 * of their own and on other hosts of a network file system that has locks, too. On a file system without locks nothing
 * is removed that another process left.
 */
public final class ScratchFolder implements AutoCloseable {

    /*
     * A lock of POSIX belongs to the process and the file: closing any descriptor of the file gives it up. So nobody in
     * this process opens the lock file of a living scratch folder again, which the owner in its name prevents, and what is
     * written lies in other files. Who makes a folder may be taken for dead before the lock is held; then the folder is
     * gone when he looks for it, and he makes another.
     */

    private static final System.Logger LOG = System.getLogger(ScratchFolder.class.getName());

    private static final String OWNER = ProcessHandle.current().pid() + "-"
            + ManagementFactory.getRuntimeMXBean().getStartTime();

    private static final String GLOB = ".lamp4j-*.tmp";
    private static final Pattern NAME = Pattern.compile("\\.lamp4j-(\\d+-\\d+)-\\d+\\.tmp");
    private static final String LOCK = ".lamp4j-in-use";
    private static final int ATTEMPTS = 1000;
    private static final AtomicLong COUNT = new AtomicLong();

    private final Path path;
    private final FileChannel lock;

    private ScratchFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes one in a folder.
     *
     * @param folder the folder, on the file system that results are to be renamed in
     * @return the scratch folder, empty for its user
     * @throws IOException if it cannot be made
     */
    public static ScratchFolder in(Path folder) throws IOException {
        sweep(folder);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = folder.resolve(".lamp4j-" + OWNER + "-" + COUNT.getAndIncrement() + ".tmp");
            try {
                Files.createDirectory(path, forItsUserOnly(path));
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            Optional<FileChannel> lock = hold(path);
            if (lock.isPresent()) {
                return new ScratchFolder(path, lock.get());
            }
        }
        throw new IOException("expected a folder for temporary files, but each was removed at once (" + folder + ")");
    }

    /**
     * Makes one where the system keeps temporary files.
     *
     * @return the scratch folder, empty for its user
     * @throws IOException if it cannot be made
     */
    public static ScratchFolder ofSystem() throws IOException {
        return in(Path.of(System.getProperty("java.io.tmpdir")));
    }

    private static FileAttribute<?>[] forItsUserOnly(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Locks a folder that was just made; empty if somebody took it for left behind. */
    private static Optional<FileChannel> hold(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        boolean held = true;
        try {
            held = channel.tryLock() != null;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "a file system without locks: " + PrintableText.line(path.toString()),
                    e);
        }
        if (held && Files.exists(file)) {
            return Optional.of(channel);
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * Returns where to write.
     *
     * @return the folder
     */
    public Path path() {
        return path;
    }

    /** Removes the folder and all that is in it. */
    @Override
    public void close() {
        try {
            deleteContent(path);
            lock.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not removed: " + PrintableText.line(path.toString()), e);
        }
    }

    /**
     * Removes what killed processes left in a folder.
     *
     * @param folder the folder
     */
    public static void sweep(Path folder) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, GLOB)) {
            for (Path path : found) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches()
                        && !name.group(1).equals(OWNER)
                        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    removeIfLeft(path);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.DEBUG, "not looked through: " + PrintableText.line(folder.toString()), e);
        }
    }

    /** Returns whether a path has the name of such a folder. */
    static boolean isScratch(Path path) {
        return NAME.matcher(String.valueOf(path.getFileName())).matches();
    }

    private static void removeIfLeft(Path path) {
        Path file = path.resolve(LOCK);
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                        FileLock held = channel.tryLock()) {
                    if (held == null) {
                        return;
                    }
                    deleteContent(path);
                }
            }
            Files.deleteIfExists(path); // only when it is empty
        } catch (IOException | OverlappingFileLockException e) {
            LOG.log(System.Logger.Level.DEBUG, "not removed: " + PrintableText.line(path.toString()), e);
        }
    }

    /** Deletes what is in a scratch folder, the lock last, so that one without it is empty. */
    private static void deleteContent(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path inside : walk.sorted(Comparator.reverseOrder()).toList()) {
                if (!inside.equals(path) && !inside.equals(file)) {
                    Files.deleteIfExists(inside);
                }
            }
        }
        Files.deleteIfExists(file);
    }
}
