package org.lamp4j.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder for one user at a time: a second one, in this process or another, is told who has it. Kept by a lock
 * on the file {@code .lamp4j.lock} in it, which the system gives up when the process ends, however it ends. The file
 * says who holds it, and is removed when the lock is given back.
 *
 * <p>Other hosts see the lock if the folder is on a network file system that has locks. Where there are none, the
 * folder is used without, and a warning is logged.
 */
public final class FolderLock implements AutoCloseable {

    /*
     * Closing any descriptor of a file gives up all locks of POSIX that the process has on it, so a second user in this
     * process is found in a map, before the file is opened. A lock file that was removed while somebody waited to lock it is
     * not the one that the next finds: its key is compared before and after.
     */

    private static final System.Logger LOG = System.getLogger(FolderLock.class.getName());

    private static final String FILE = ".lamp4j.lock";

    /** Beyond the content, which others can so read on Windows, too. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final Pattern HOLDER =
            Pattern.compile("pid \\d{1,10} on host [\\p{Graph}]{1,255} since [\\p{Graph}]{1,40}");

    private static final int MAX_HOLDER_BYTES = 400;

    private static final Map<Object, FolderLock> HELD = new HashMap<>();

    private final Path file;
    private final Object key;
    private final RandomAccessFile opened;
    private final String holder;

    private FolderLock(Path file, Object key, RandomAccessFile opened, String holder) {
        this.file = file;
        this.key = key;
        this.opened = opened;
        this.holder = holder;
    }

    /**
     * Takes a folder.
     *
     * @param folder the folder, which exists
     * @param expected what is expected of it: "a checkpoint folder that no other training uses"
     * @return the lock; closing it gives the folder back
     * @throws IOException if another has it, who is named, or nothing may be written there
     */
    public static FolderLock take(Path folder, String expected) throws IOException {
        synchronized (HELD) {
            Object key = key(folder).orElseGet(folder::toAbsolutePath);
            FolderLock other = HELD.get(key);
            if (other != null) {
                throw inUse(expected, other.holder, folder);
            }
            FolderLock lock = null;
            while (lock == null) {
                lock = tryTake(folder, key, expected);
            }
            HELD.put(key, lock);
            return lock;
        }
    }

    /** Returns whether a file is such a lock, held or left by a process that was killed. */
    static boolean isLock(Path file) {
        return file.endsWith(FILE);
    }

    /** Returns null if the file was removed meanwhile. */
    private static @Nullable FolderLock tryTake(Path folder, Object key, String expected) throws IOException {
        Path file = folder.resolve(FILE);
        RandomAccessFile opened = open(file);
        boolean taken = false;
        try {
            Optional<Object> before = key(file);
            if (!lock(opened, folder)) {
                throw inUse(expected, readHolder(opened), folder);
            }
            if (!before.equals(key(file)) || Files.notExists(file)) {
                return null;
            }
            String holder = "pid " + ProcessHandle.current().pid() + " on host " + host() + " since "
                    + Instant.now().truncatedTo(ChronoUnit.SECONDS);
            write(opened, file, holder);
            taken = true;
            return new FolderLock(file, key, opened, holder);
        } finally {
            if (!taken) {
                opened.close();
            }
        }
    }

    private static RandomAccessFile open(Path file) throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), "rw");
        } catch (FileNotFoundException e) {
            throw notMade(e.getMessage(), e);
        }
    }

    private static void write(RandomAccessFile opened, Path file, String holder) throws IOException {
        try {
            opened.write((holder + "\n").getBytes(StandardCharsets.UTF_8));
            opened.setLength(opened.getFilePointer());
        } catch (IOException fullDisk) {
            Files.deleteIfExists(file); // while the lock is held, so that it is nobody else's
            throw notMade(fullDisk.getMessage() + " (" + file + ")", fullDisk);
        }
    }

    private static IOException notMade(@Nullable String reason, IOException cause) {
        return new IOException(
                "expected a folder that may be written to, but its lock cannot be made: " + reason, cause);
    }

    /** Returns false if another process has it. */
    private static boolean lock(RandomAccessFile opened, Path folder) {
        try {
            FileLock lock = opened.getChannel().tryLock(LOCKED_BYTE, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this library twice in one process
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "used without a lock, which its file system does not have; let no other run use it: "
                            + PrintableText.line(folder.toString()),
                    e);
            return true;
        }
    }

    /** What the file says is repeated only if it has the form that is written here. */
    private static String readHolder(RandomAccessFile opened) throws IOException {
        byte[] bytes = new byte[MAX_HOLDER_BYTES];
        int length = opened.read(bytes);
        String text = new String(bytes, 0, Math.max(length, 0), StandardCharsets.UTF_8).strip();
        return HOLDER.matcher(text).matches() ? text : "another process";
    }

    private static IOException inUse(String expected, String holder, Path folder) {
        String since = " since ";
        int at = holder.indexOf(since);
        String who = at < 0
                ? holder + " is using it"
                : holder.substring(0, at) + " has been using it" + holder.substring(at);
        return new IOException("expected " + expected + ", but " + who + " (" + folder + ")");
    }

    /**
     * Returns what tells a file from all others; empty where the system has no such thing, or there is no such file.
     */
    private static Optional<Object> key(Path path) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The system is asked for its own name, never a name server for it, which may take long. */
    private static String host() {
        for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            String name = System.getenv(variable);
            if (name != null && name.matches("\\p{Graph}{1,255}")) {
                return name;
            }
        }
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.matches("\\p{Graph}{1,255}") ? name : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (!HELD.remove(key, this)) {
                return;
            }
            try {
                boolean windows = !remove();
                opened.close();
                if (windows) {
                    remove();
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "lock not given back: " + PrintableText.line(file.toString()), e);
            }
        }
    }

    /**
     * While the lock is held, so that nobody else's file is removed. Windows refuses that while the file is open, by
     * whoever that is, and so may be asked again.
     */
    private boolean remove() {
        try {
            Files.deleteIfExists(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
