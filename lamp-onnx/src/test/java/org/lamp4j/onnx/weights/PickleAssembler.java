package org.lamp4j.onnx.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.razorvine.pickle.Opcodes;

/** Writes pickles opcode by opcode, so that tests can make those that no honest program would write. */
final class PickleAssembler {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleAssembler() {
        op(Opcodes.PROTO).raw(2);
    }

    PickleAssembler op(short opcode) {
        out.write(opcode);
        return this;
    }

    PickleAssembler raw(int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
        return this;
    }

    PickleAssembler global(String module, String name) {
        op(Opcodes.GLOBAL);
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleAssembler text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op(Opcodes.BINUNICODE).littleEndian(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    PickleAssembler integer(int value) {
        return op(Opcodes.BININT).littleEndian(value);
    }

    PickleAssembler integers(int... values) {
        op(Opcodes.MARK);
        for (int value : values) {
            integer(value);
        }
        return op(Opcodes.TUPLE);
    }

    /** An empty {@code OrderedDict()}. */
    PickleAssembler orderedDict() {
        return global("collections", "OrderedDict").op(Opcodes.EMPTY_TUPLE).op(Opcodes.REDUCE);
    }

    /** The persistent id of a storage. */
    PickleAssembler storage(String type, String key, int elementCount) {
        op(Opcodes.MARK)
                .text("storage")
                .global("torch", type)
                .text(key)
                .text("cuda:0")
                .integer(elementCount);
        return op(Opcodes.TUPLE).op(Opcodes.BINPERSID);
    }

    /** A tensor of the storage {@code key}. */
    PickleAssembler tensor(String type, String key, int elementCount, Layout layout) {
        global("torch._utils", "_rebuild_tensor_v2").op(Opcodes.MARK);
        storage(type, key, elementCount)
                .integer(layout.offset)
                .integers(layout.sizes)
                .integers(layout.strides);
        return op(Opcodes.NEWTRUE).orderedDict().op(Opcodes.TUPLE).op(Opcodes.REDUCE);
    }

    /** Offset, sizes and strides of a tensor, in elements. */
    record Layout(int offset, int[] sizes, int[] strides) {

        static Layout vector(int size) {
            return new Layout(0, new int[] {size}, new int[] {1});
        }
    }

    /** Ends the pickle. */
    byte[] stop() {
        return op(Opcodes.STOP).out.toByteArray();
    }

    private PickleAssembler littleEndian(int value) {
        return raw(value, value >> 8, value >> 16, value >> 24);
    }
}
