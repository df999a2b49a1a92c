package org.lamp4j.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.stream.Stream;

/** Renames files, and makes names and contents outlast a loss of power. Works in an interrupted thread as well. */
final class Durable {

    private static final System.Logger LOG = System.getLogger(Durable.class.getName());

    private Durable() {}

    /** Forces the content of a file to disk. A stream does it, since an interrupt would close a channel. */
    static void sync(Path file) throws IOException {
        try (FileOutputStream stream = new FileOutputStream(file.toFile(), true)) {
            stream.getFD().sync();
        }
    }

    /** Forces all files of a folder and the names in it to disk, at any depth. */
    static void syncTree(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                sync(path);
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                syncFolder(path);
            }
        }
    }

    /** Makes new names durable; some systems cannot open a folder, and there a rename is as durable as it gets. */
    static void syncFolder(Path folder) {
        boolean interrupted = false;
        try {
            while (!force(folder)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns false if an interrupt came in between. */
    private static boolean force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (ClosedByInterruptException e) {
            return false;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "folder not synchronised: " + folder, e);
        }
        return true;
    }

    /**
     * Renames a file over another, at once where the file system can; the permissions of the one that is there stay.
     */
    static void replace(Path from, Path to) throws IOException {
        keepPermissions(to, from);
        move(from, to);
    }

    /** Renames a file or a folder. */
    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static void keepPermissions(Path of, Path on) {
        PosixFileAttributeView view = Files.getFileAttributeView(on, PosixFileAttributeView.class);
        if (view == null || !Files.exists(of)) {
            return;
        }
        try {
            view.setPermissions(Files.getPosixFilePermissions(of));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, "permissions not kept: " + of, e);
        }
    }
}
