package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.weights.TorchUnpickler.Pickled;
import org.lamp4j.onnx.weights.TorchUnpickler.Storage;

/**
 * A PyTorch archive that ends before its directory does, as a download that was broken off. Its entries are walked from
 * the beginning, to say which tensor is not whole.
 *
 * <p>PyTorch writes entries as a stream: sizes stand behind the data. What was saved comes first and ends by itself; it
 * tells the sizes of all storages.
 */
final class CutOffArchive {

    static final int STREAMED = 8;
    static final int DESCRIPTOR = 0x08074b50;
    static final int DESCRIPTOR_BYTES = 16;

    /** A descriptor's, with sizes of 8 bytes each. */
    private static final int WIDE_DESCRIPTOR_BYTES = 24;

    /** Of entries that are neither what was saved nor a storage: versions and the like. */
    private static final int MAX_SMALL_BYTES = 1 << 12;

    private final MappedFile file;
    private final Set<String> whole = new HashSet<>();
    private @Nullable Pickled saved;
    private @Nullable TorchState state;
    private String folder = "";

    /** What a local header says. */
    private record Header(String name, boolean isStreamed, long size, long data) {}

    private CutOffArchive(MappedFile file) {
        this.file = file;
    }

    /** Says which tensor is not whole, or else which entry. */
    static ModelFormatException refused(MappedFile file) throws IOException {
        return new CutOffArchive(file).walk();
    }

    private ModelFormatException walk() throws IOException {
        long at = 0;
        for (int count = 0; count < ZipDirectory.MAX_ENTRIES; count++) {
            Header header = header(at);
            if (header == null) {
                return missing();
            }
            OptionalLong size = size(header);
            long present = file.size() - header.data;
            if (size.isEmpty()) {
                return malformed("all of " + PrintableText.line(header.name), "cut off after " + present + " bytes");
            }
            if (size.getAsLong() > present) {
                return cutOff(header.name, size.getAsLong(), present);
            }
            whole.add(header.name);
            at = header.data + size.getAsLong();
            at += header.isStreamed ? descriptorBytes(at) : 0;
        }
        return missing();
    }

    /** Returns the header at a place; nothing if there is none, or not all of it. */
    private @Nullable Header header(long at) throws IOException {
        if (file.size() - at < ZipDirectory.LOCAL_HEADER_BYTES) {
            return null;
        }
        ByteBuffer local = file.slice(at, ZipDirectory.LOCAL_HEADER_BYTES);
        int nameBytes = Short.toUnsignedInt(local.getShort(26));
        int extraBytes = Short.toUnsignedInt(local.getShort(28));
        long name = at + ZipDirectory.LOCAL_HEADER_BYTES;
        long data = name + nameBytes + extraBytes;
        if (local.getInt(0) != ZipDirectory.LOCAL_HEADER
                || data > file.size()
                || nameBytes > TensorSizes.MAX_NAME_LENGTH) {
            return null;
        }
        long size = Integer.toUnsignedLong(local.getInt(22));
        if (size == ZipDirectory.SATURATED_INT) {
            ByteBuffer wide = ZipDirectory.zip64Extra(file.slice(name + nameBytes, extraBytes));
            size = wide.remaining() < Long.BYTES ? size : Math.max(0, wide.getLong());
        }
        boolean isStreamed = (local.getShort(6) & STREAMED) != 0;
        return new Header(ZipDirectory.text(file.slice(name, nameBytes), 0, nameBytes), isStreamed, size, data);
    }

    /** Returns an entry's length; nothing if it cannot be told, because the file ends before. */
    private OptionalLong size(Header header) throws IOException {
        boolean isPickle = header.name.equals(TorchReader.PICKLE) || header.name.endsWith("/" + TorchReader.PICKLE);
        if (isPickle && state == null) {
            return readPickle(header);
        }
        Storage storage = storage(header.name);
        if (!header.isStreamed) {
            return OptionalLong.of(header.size);
        }
        return storage == null ? sizeOfSmall(header.data) : OptionalLong.of(storage.byteCount());
    }

    private OptionalLong readPickle(Header header) throws IOException {
        long present = Math.min(TorchUnpickler.MAX_PICKLE_BYTES, file.size() - header.data);
        byte[] bytes = new byte[(int) (header.isStreamed ? present : Math.min(header.size, present))];
        file.slice(header.data, bytes.length).get(bytes);
        try {
            Pickled pickled = TorchUnpickler.read(bytes, 0);
            saved = pickled;
            state = TorchState.of(file, pickled.value());
            folder = header.name.substring(0, header.name.length() - TorchReader.PICKLE.length());
            return OptionalLong.of(header.isStreamed ? pickled.end() : header.size);
        } catch (PickleException notWhole) {
            return header.isStreamed ? OptionalLong.empty() : OptionalLong.of(header.size);
        }
    }

    private @Nullable Storage storage(String entry) {
        String prefix = folder + TorchReader.DATA;
        return saved != null && entry.startsWith(prefix)
                ? saved.storages().get(entry.substring(prefix.length()))
                : null;
    }

    /** Looks for the descriptor that says how long the data before it is. */
    private OptionalLong sizeOfSmall(long data) throws IOException {
        int most = (int) Math.min(MAX_SMALL_BYTES, file.size() - data - DESCRIPTOR_BYTES);
        ByteBuffer bytes = file.slice(data, Math.max(0, most) + Math.min(DESCRIPTOR_BYTES, file.size() - data));
        for (int size = 0; size <= most; size++) {
            if (bytes.getInt(size) == DESCRIPTOR && bytes.getInt(size + 8) == size) {
                return OptionalLong.of(size);
            }
        }
        return OptionalLong.empty();
    }

    private long descriptorBytes(long at) throws IOException {
        if (file.size() - at < WIDE_DESCRIPTOR_BYTES + Integer.BYTES
                || file.slice(at, 4).getInt(0) != DESCRIPTOR) {
            return Math.min(DESCRIPTOR_BYTES, file.size() - at);
        }
        int behindWide = file.slice(at + WIDE_DESCRIPTOR_BYTES, 4).getInt(0);
        return behindWide == ZipDirectory.LOCAL_HEADER || behindWide == ZipDirectory.DIRECTORY_HEADER
                ? WIDE_DESCRIPTOR_BYTES
                : DESCRIPTOR_BYTES;
    }

    private ModelFormatException cutOff(String entry, long needed, long present) {
        Storage storage = storage(entry);
        return storage != null && state != null
                ? state.cutOff(storage, present)
                : malformed(
                        needed + " bytes of " + PrintableText.line(entry),
                        present + ", " + (needed - present) + " bytes short");
    }

    /** All entries that are there are whole. */
    private ModelFormatException missing() {
        if (saved != null && state != null) {
            for (Storage storage : saved.storages().values()) {
                if (!whole.contains(folder + TorchReader.DATA + storage.key())) {
                    return state.cutOff(storage, 0);
                }
            }
        }
        return malformed("a ZIP archive that ends with its directory", "cut off");
    }

    private ModelFormatException malformed(String expected, String actual) {
        return TorchState.malformed(file, expected, actual);
    }
}
