package org.lamp4j.onnx.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.razorvine.pickle.Opcodes;
import org.lamp4j.tensor.Shape;

/**
 * Writes the pickle of a state dict, opcode for opcode as PyTorch does except that only what repeats is memoised: the
 * library's own pickler knows neither persistent ids nor Python's functions.
 */
final class TorchPickler {

    private static final int PROTOCOL = 2;

    // What repeats, by its place in the memo.
    private static final int ORDERED_DICT = 0;
    private static final int REBUILD_TENSOR = 1;
    private static final int STORAGE = 2;
    private static final int LOCATION = 3;
    private static final int FIRST_TYPE = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean[] memoised = new boolean[FIRST_TYPE + StoredType.values().length];

    private TorchPickler() {}

    /** Returns the pickle of an ordered dictionary of contiguous tensors, the storage of each keyed by its place. */
    static byte[] pickle(List<StoredTensor> tensors) {
        TorchPickler pickler = new TorchPickler();
        pickler.stateDictionary(tensors);
        return pickler.out.toByteArray();
    }

    private void stateDictionary(List<StoredTensor> tensors) {
        op(Opcodes.PROTO);
        out.write(PROTOCOL);
        emptyOrderedDictionary();
        op(Opcodes.MARK);
        for (int key = 0; key < tensors.size(); key++) {
            string(tensors.get(key).name());
            tensor(tensors.get(key), String.valueOf(key));
        }
        op(Opcodes.SETITEMS);
        op(Opcodes.STOP);
    }

    private void tensor(StoredTensor tensor, String key) {
        global(REBUILD_TENSOR, "torch._utils", "_rebuild_tensor_v2");
        op(Opcodes.MARK);
        storage(tensor, key);
        integer(0); // offset
        sizes(tensor.shape().sizes());
        sizes(contiguousStrides(tensor.shape()));
        op(Opcodes.NEWFALSE); // requires_grad
        emptyOrderedDictionary(); // backward_hooks
        op(Opcodes.TUPLE);
        op(Opcodes.REDUCE);
    }

    @SuppressWarnings("EnumOrdinal") // numbers of one file, which holds each type by its name
    private void storage(StoredTensor tensor, String key) {
        StoredType type = tensor.type();
        op(Opcodes.MARK);
        memoisedString(STORAGE, "storage");
        global(FIRST_TYPE + type.ordinal(), "torch", type.torchStorage());
        string(key);
        memoisedString(LOCATION, "cpu");
        integer(Math.toIntExact(tensor.shape().elementCount()));
        op(Opcodes.TUPLE);
        op(Opcodes.BINPERSID);
    }

    private void emptyOrderedDictionary() {
        global(ORDERED_DICT, "collections", "OrderedDict");
        op(Opcodes.EMPTY_TUPLE);
        op(Opcodes.REDUCE);
    }

    private void sizes(int[] sizes) {
        op(Opcodes.MARK);
        for (int size : sizes) {
            integer(size);
        }
        op(Opcodes.TUPLE);
    }

    private static int[] contiguousStrides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            // Without elements no stride matters, and the product of the other sizes may be anything.
            stride *= shape.elementCount() == 0 ? 1 : shape.size(axis);
        }
        return strides;
    }

    private void global(int place, String module, String name) {
        if (!recall(place)) {
            op(Opcodes.GLOBAL);
            out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
            memoise(place);
        }
    }

    private void memoisedString(int place, String text) {
        if (!recall(place)) {
            string(text);
            memoise(place);
        }
    }

    private boolean recall(int place) {
        if (memoised[place]) {
            op(Opcodes.BINGET);
            out.write(place);
        }
        return memoised[place];
    }

    private void memoise(int place) {
        op(Opcodes.BINPUT);
        out.write(place);
        memoised[place] = true;
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op(Opcodes.BINUNICODE);
        littleEndian(bytes.length, Integer.BYTES);
        out.writeBytes(bytes);
    }

    private void integer(int value) {
        if (value <= 0xff) {
            op(Opcodes.BININT1);
            littleEndian(value, 1);
        } else if (value <= 0xffff) {
            op(Opcodes.BININT2);
            littleEndian(value, 2);
        } else {
            op(Opcodes.BININT);
            littleEndian(value, Integer.BYTES);
        }
    }

    private void littleEndian(int value, int bytes) {
        for (int index = 0; index < bytes; index++) {
            out.write(value >>> (8 * index));
        }
    }

    private void op(short opcode) {
        out.write(opcode);
    }
}
