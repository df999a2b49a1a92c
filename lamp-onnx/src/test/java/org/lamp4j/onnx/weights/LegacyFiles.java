package org.lamp4j.onnx.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import net.razorvine.pickle.Opcodes;

/** Files of PyTorch before 1.6, part by part, so that tests can make others. */
final class LegacyFiles {

    static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

    private final Map<String, byte[]> parts = new LinkedHashMap<>();

    private LegacyFiles() {}

    /** A dictionary of {@code w}, a vector of the floats 0, 1, 2, … in the storage 7. */
    static LegacyFiles ofVector(int size) {
        LegacyFiles file = new LegacyFiles();
        file.parts.put("magic", MAGIC);
        file.parts.put("protocol", new PickleAssembler().integer(1001).stop());
        file.parts.put("machine", machine(true));
        file.parts.put("saved", saved(size));
        file.parts.put("keys", keys("7"));
        file.parts.put(
                "count",
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(size)
                        .array());
        ByteBuffer data = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < size; index++) {
            data.putFloat(index);
        }
        file.parts.put("data", data.array());
        return file;
    }

    /** Replaces a part: magic, protocol, machine, saved, keys, count or data. */
    LegacyFiles with(String part, byte[] bytes) {
        parts.put(part, bytes);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.values().forEach(all::writeBytes);
        return all.toByteArray();
    }

    static byte[] machine(boolean littleEndian) {
        return new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("little_endian")
                .op(littleEndian ? Opcodes.NEWTRUE : Opcodes.NEWFALSE)
                .op(Opcodes.SETITEM)
                .stop();
    }

    /** The dictionary of {@code w}, whose persistent id has six parts. */
    static byte[] saved(int size) {
        return saved(size, Opcodes.NONE);
    }

    /** The same with what the storage is a view of. */
    static byte[] saved(int size, short viewOf) {
        PickleAssembler pickle = new PickleAssembler().orderedDict().text("w");
        pickle.global("torch._utils", "_rebuild_tensor_v2").op(Opcodes.MARK);
        pickle.op(Opcodes.MARK)
                .text("storage")
                .global("torch", "FloatStorage")
                .text("7")
                .text("cpu");
        pickle.integer(size).op(viewOf).op(Opcodes.TUPLE).op(Opcodes.BINPERSID);
        pickle.integer(0).integers(size).integers(1).op(Opcodes.NEWFALSE).orderedDict();
        return pickle.op(Opcodes.TUPLE).op(Opcodes.REDUCE).op(Opcodes.SETITEM).stop();
    }

    static byte[] keys(String... keys) {
        PickleAssembler pickle = new PickleAssembler().op(Opcodes.EMPTY_LIST).op(Opcodes.MARK);
        for (String key : keys) {
            pickle.text(key);
        }
        return pickle.op(Opcodes.APPENDS).stop();
    }
}
