package org.lamp4j.onnx.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickle of a PyTorch state dict and nothing else.
 *
 * <p>A pickle is a program that names what to call. This one may name an ordered dictionary, PyTorch's storages, the
 * two functions that rebuild tensors, and what is passed over ({@link TorchGlobals}); every other name is refused
 * before anything is looked up.
 *
 * <p>The library's own table of constructors is shared by the whole process and open to registration, and its string
 * opcodes reserve as much memory as the pickle claims to hold. So every opcode passes through {@link #dispatch}: the
 * few that PyTorch writes are let through, those that name, call or reserve are carried out here, and the rest, the
 * library's constructors with them, are out of reach. Keys are strings, so that no hash of a crafted value is ever
 * computed.
 */
final class TorchUnpickler extends Unpickler {

    /** A whole UNet with its motion modules takes 137 kB and 36 000 opcodes. */
    static final int MAX_PICKLE_BYTES = 1 << 22;

    /** An opcode, one byte, may become an object of a hundred. */
    static final int MAX_OPCODES = 1 << 18;

    private static final int MAX_NAME_LENGTH = 200;

    /**
     * A storage that the archive holds, as a persistent id names it.
     *
     * @param type its elements' type
     * @param key the entry's name under {@code data/}
     * @param elementCount its length in elements
     */
    record Storage(StoredType type, String key, long elementCount) {

        /** Returns how long it is; as much as there is of a claim that may be any. */
        long byteCount() {
            int width = type.byteWidth();
            return Math.min(Math.max(0, elementCount), Long.MAX_VALUE / width) * width;
        }
    }

    /**
     * A view of a storage; offset and strides count elements, and nothing has been checked yet.
     *
     * @param storage the storage
     * @param offset the first element
     * @param sizes size of each axis
     * @param strides distance of neighbours along each axis
     */
    record View(Storage storage, long offset, long[] sizes, long[] strides) {}

    /** A module of parameters; PyTorch names it before it says what it holds. */
    record ParameterDict(Map<String, Object> parameters) {}

    /**
     * What was read.
     *
     * @param value made of {@link ParameterDict}s, maps with string keys, lists, arrays, strings, numbers, booleans and
     *     {@link View}s
     * @param end where the pickle ends
     * @param storages all storages that it names, by key
     */
    record Pickled(Object value, int end, Map<String, Storage> storages) {}

    private final ByteArrayInputStream pickle;
    private final Map<String, Storage> storages = new LinkedHashMap<>();
    private int opcodeCount;

    private TorchUnpickler(ByteArrayInputStream pickle) {
        this.pickle = pickle;
    }

    /** Reads a pickle and returns its value. */
    static Object read(byte[] pickle) {
        return read(pickle, 0).value();
    }

    /**
     * Reads a pickle.
     *
     * @param bytes the pickle, and whatever is behind it
     * @param begin where it begins
     * @return its value
     * @throws PickleException if it is malformed or names anything that is refused; the message says what
     */
    static Pickled read(byte[] bytes, int begin) {
        ByteArrayInputStream pickle = new ByteArrayInputStream(bytes, begin, bytes.length - begin);
        TorchUnpickler unpickler = new TorchUnpickler(pickle);
        try {
            Object value = unpickler.load(pickle);
            return new Pickled(value, bytes.length - pickle.available(), unpickler.storages);
        } catch (PickleException e) {
            if (String.valueOf(e.getMessage()).startsWith("expected ")) {
                throw e;
            }
            throw new PickleException( // the library's own
                    "expected a well-formed pickle, but was broken at " + unpickler.place() + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // The library lets an empty stack or a wrong operand surface as whatever Java throws for it.
            throw new PickleException("expected a well-formed pickle, but was broken at " + unpickler.place(), e);
        }
    }

    private String place() {
        return "opcode " + opcodeCount;
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        if (++opcodeCount > MAX_OPCODES) {
            throw new PickleException("expected at most " + MAX_OPCODES + " opcodes, but was more");
        }
        switch (opcode) {
            case Opcodes.GLOBAL -> stack.add(global(line() + "." + line()));
            case Opcodes.STACK_GLOBAL -> {
                String name = popString();
                stack.add(global(popString() + "." + name));
            }
            case Opcodes.BINUNICODE -> stack.add(text(littleEndian(4)));
            case Opcodes.SHORT_BINUNICODE -> stack.add(text(littleEndian(1)));
            case Opcodes.LONG1 -> stack.add(number((int) littleEndian(1)));
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<String, Object>());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                List<Object> pair = new ArrayList<>(2);
                pair.add(stack.pop());
                pair.add(value);
                setItems(pair);
            }
            case Opcodes.SETITEMS -> setItems(stack.pop_all_since_marker());
            case Opcodes.NEWOBJ -> newObject();
            case Opcodes.BUILD -> build();
            case Opcodes.PROTO, Opcodes.FRAME, Opcodes.MARK, Opcodes.STOP, Opcodes.NONE -> {
                return super.dispatch(opcode);
            }
            case Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.BINFLOAT -> {
                return super.dispatch(opcode);
            }
            case Opcodes.TUPLE, Opcodes.EMPTY_TUPLE, Opcodes.TUPLE1, Opcodes.TUPLE2, Opcodes.TUPLE3 -> {
                return super.dispatch(opcode);
            }
            case Opcodes.EMPTY_LIST, Opcodes.APPEND, Opcodes.APPENDS, Opcodes.REDUCE, Opcodes.BINPERSID -> {
                return super.dispatch(opcode);
            }
            case Opcodes.BINPUT, Opcodes.LONG_BINPUT, Opcodes.MEMOIZE, Opcodes.BINGET, Opcodes.LONG_BINGET -> {
                return super.dispatch(opcode);
            }
            default ->
                throw new PickleException("expected an opcode of a PyTorch state dict, but was 0x"
                        + Integer.toHexString(opcode) + " at " + place());
        }
        return NO_RETURN_VALUE;
    }

    /** Looks a name up among the allowed ones, never in the library's table. */
    private Object global(String name) {
        Object allowed = TorchGlobals.TABLE.get(name);
        if (allowed == null) {
            throw new PickleException("expected only what PyTorch state dicts are made of, but was " + name
                    + ", which is refused and was not run");
        }
        return allowed;
    }

    /**
     * The persistent id {@code ('storage', type, key, location, element count)}; the location does not matter here.
     * Before PyTorch 1.6 a sixth part said what it is a view of, None since 0.4.
     */
    @Override
    protected Object persistentLoad(Object id) {
        if (!(id instanceof Object[] parts)
                || !(parts.length == 5 || (parts.length == 6 && parts[5] == null))
                || !"storage".equals(parts[0])
                || !(parts[1] instanceof StoredType type)
                || !(parts[2] instanceof String key)
                || !isInteger(parts[4])) {
            throw new PickleException(
                    "expected a persistent id ('storage', type, key, location, count), but was another");
        }
        Storage storage = new Storage(type, key, ((Number) parts[4]).longValue());
        Storage before = storages.putIfAbsent(key, storage);
        if (before != null && !before.equals(storage)) {
            throw new PickleException(
                    "expected one type and size of storage " + key + ", but was " + before + " and " + storage);
        }
        return storage;
    }

    private void setItems(List<Object> items) {
        if (!(stack.peek() instanceof Map<?, ?>)) {
            throw new PickleException("expected a dictionary to set items of, but was " + described(stack.peek()));
        }
        @SuppressWarnings("unchecked") // every map on the stack was made here
        Map<String, Object> dictionary = (Map<String, Object>) stack.peek();
        for (int index = 0; index + 1 < items.size(); index += 2) {
            if (items.get(index) == TorchGlobals.NOTHING || isInteger(items.get(index))) { // callbacks, an optimiser
                continue;
            }
            if (!(items.get(index) instanceof String key)) {
                throw new PickleException("expected string keys, but was " + described(items.get(index)));
            }
            dictionary.put(key, items.get(index + 1));
        }
    }

    /** The only module that is read begins empty. */
    private void newObject() {
        Object arguments = stack.pop();
        if (stack.pop() != TorchGlobals.PARAMETER_DICT || !(arguments instanceof Object[] items) || items.length != 0) {
            throw new PickleException("expected a new ParameterDict without arguments, but was another object");
        }
        stack.add(new ParameterDict(new LinkedHashMap<>()));
    }

    /**
     * A {@code ParameterDict} is what its state names as parameters. A module's {@code state_dict()} carries versions
     * in an attribute, which says nothing about the tensors.
     */
    private void build() {
        Object state = stack.pop();
        if (stack.peek() instanceof ParameterDict module) {
            if (!(state instanceof Map<?, ?> fields) || !(fields.get("_parameters") instanceof Map<?, ?> parameters)) {
                throw new PickleException("expected a ParameterDict with _parameters, but was without");
            }
            parameters.forEach((name, value) -> module.parameters.put((String) name, value));
            return;
        }
        if (!(stack.peek() instanceof Map<?, ?>) && stack.peek() != TorchGlobals.NOTHING) {
            throw new PickleException("expected state of a dictionary only, but was of " + described(stack.peek()));
        }
    }

    private String popString() {
        Object value = stack.pop();
        if (!(value instanceof String text)) {
            throw new PickleException("expected a name, but was " + described(value));
        }
        return text;
    }

    static boolean isInteger(Object value) {
        return value instanceof Integer || value instanceof Long;
    }

    static String described(Object value) {
        return value == null ? "None" : value.getClass().getSimpleName();
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int next = pickle.read(); next != '\n'; next = pickle.read()) {
            if (next < 0 || line.length() == MAX_NAME_LENGTH) {
                throw new PickleException("expected a line of a name, but was none at " + place());
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private long littleEndian(int bytes) {
        long value = 0;
        for (int index = 0; index < bytes; index++) {
            value |= (long) (take(1)[0] & 0xff) << (8 * index);
        }
        return value;
    }

    private String text(long length) {
        return new String(take(length), StandardCharsets.UTF_8);
    }

    /** A two's complement number of up to 8 bytes: no size or offset has more. */
    private long number(int bytes) {
        if (bytes > Long.BYTES) {
            throw new PickleException("expected integers of at most 8 bytes, but was " + bytes);
        }
        long value = littleEndian(bytes);
        int unused = Long.SIZE - 8 * bytes;
        return bytes == 0 ? 0 : value << unused >> unused;
    }

    /** Takes bytes that are there, so that a claimed length reserves nothing. */
    private byte[] take(long length) {
        if (length > pickle.available()) {
            throw new PickleException("expected a whole pickle, but was cut off at " + place());
        }
        byte[] bytes = new byte[(int) length];
        pickle.readNBytes(bytes, 0, bytes.length);
        return bytes;
    }
}
