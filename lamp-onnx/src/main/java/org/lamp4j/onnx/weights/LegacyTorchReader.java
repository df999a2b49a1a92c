package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.PickleException;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.TorchUnpickler.Pickled;
import org.lamp4j.onnx.weights.TorchUnpickler.Storage;

/**
 * Reads what {@code torch.save} wrote before PyTorch 1.6: five pickles one after the other (a magic number, the version
 * of the protocol, what the machine was like, what was saved, and the keys of its storages), then for each key the
 * number of elements and the elements.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">torch/serialization.py</a>,
 *     {@code _legacy_save} and {@code _legacy_load}
 */
final class LegacyTorchReader {

    /** The pickle of the magic number 0x1950a86a20f9469cfc6c, an integer of ten bytes. */
    private static final byte[] MAGIC = {
        (byte) 0x80,
        2,
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19,
        '.'
    };

    private static final int PROTOCOL = 1001;

    private final MappedFile file;
    private final byte[] start;
    private int position = MAGIC.length;

    private LegacyTorchReader(MappedFile file) throws IOException {
        this.file = file;
        this.start = new byte[(int) Math.min(file.size(), TorchUnpickler.MAX_PICKLE_BYTES)];
        file.slice(0, start.length).get(start);
    }

    static Contents read(MappedFile file) throws IOException {
        return new LegacyTorchReader(file).read();
    }

    private Contents read() throws IOException {
        if (start.length < MAGIC.length || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw TorchState.malformed(file, "safetensors or what PyTorch saves", "another pickle");
        }
        Object protocol = next().value();
        if (!Integer.valueOf(PROTOCOL).equals(protocol)) {
            throw TorchState.malformed(file, "version " + PROTOCOL + " of PyTorch's protocol", "another");
        }
        if (!(next().value() instanceof Map<?, ?> machine) || !Boolean.TRUE.equals(machine.get("little_endian"))) {
            throw TorchState.malformed(file, "byte order little", "another");
        }
        Pickled saved = next();
        TorchState state = TorchState.of(file, saved.value());
        if (!(next().value() instanceof List<?> keys)) {
            throw TorchState.malformed(file, "a list of storages", "another object");
        }
        Map<String, TorchState.Place> places = places(keys, saved.storages(), state);
        return state.contents((name, storage) -> {
            TorchState.Place place = places.get(storage.key());
            if (place == null) {
                throw TorchState.malformed(file, "storage " + storage.key() + " of " + name, "none");
            }
            return place;
        });
    }

    private Pickled next() throws ModelFormatException {
        try {
            Pickled pickled = TorchUnpickler.read(start, position);
            position = pickled.end();
            return pickled;
        } catch (PickleException e) {
            throw new ModelFormatException(e.getMessage() + " (" + file.path() + ")", file.path(), e);
        }
    }

    /** Walks over the storages, which lie in the order of the keys. */
    private Map<String, TorchState.Place> places(List<?> keys, Map<String, Storage> storages, TorchState state)
            throws IOException {
        Map<String, TorchState.Place> places = new HashMap<>();
        long offset = position;
        for (Object key : keys) {
            Storage storage = key instanceof String text ? storages.get(text) : null;
            if (storage == null || places.containsKey(storage.key())) {
                throw TorchState.malformed(file, "each storage of what was saved, once", "another key");
            }
            long left = Math.max(0, file.size() - offset - Long.BYTES);
            if (file.size() - offset < Long.BYTES) {
                throw state.cutOff(storage, 0);
            }
            long count = file.slice(offset, Long.BYTES).getLong(0);
            if (count != storage.elementCount() || count < 0) {
                throw TorchState.malformed(
                        file,
                        storage.elementCount() + " elements " + storage.type() + " in storage " + storage.key() + " of "
                                + state.tensorOf(storage.key()),
                        String.valueOf(count));
            }
            if (count > left / storage.type().byteWidth()) { // divided, since a claimed product may overflow
                throw state.cutOff(storage, left);
            }
            long size = count * storage.type().byteWidth();
            places.put(storage.key(), new TorchState.Place(offset + Long.BYTES, size));
            offset += Long.BYTES + size;
        }
        if (offset != file.size()) {
            throw TorchState.malformed(
                    file, "the data to end with the last storage", (file.size() - offset) + " bytes more");
        }
        return places;
    }
}
