package org.lamp4j.cuda;

import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * ONNX Runtime's planning of buffers, which has no function in the C API. It is a member of {@code SessionOptions}
 * between two others that have: {@code enable_mem_pattern}, {@code enable_mem_reuse}, {@code enable_cpu_mem_arena}.
 * They are switched over and back to see where they lie; if they are not two bytes apart, nothing is written.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/session_options.h">session_options.h</a>
 */
final class BufferReuse {

    /** The members lie behind two numbers, a flag and a string. */
    private static final int BYTES_LOOKED_AT = 64;

    private static final byte ON = 1;
    private static final byte OFF = 0;

    private final CApi api;
    private final Pointer options;

    BufferReuse(CApi api, long options) {
        this.api = api;
        this.options = new Pointer(options);
    }

    /** Switches it off, and tells whether that was possible. */
    boolean switchOff() {
        OptionalInt pattern = place(CApi.Switch.DISABLE_MEM_PATTERN, CApi.Switch.ENABLE_MEM_PATTERN);
        OptionalInt arena = place(CApi.Switch.DISABLE_CPU_MEM_ARENA, CApi.Switch.ENABLE_CPU_MEM_ARENA);
        if (pattern.isEmpty() || arena.isEmpty() || arena.getAsInt() != pattern.getAsInt() + 2) {
            return false;
        }
        long between = pattern.getAsInt() + 1L;
        if (options.getByte(between) != ON) {
            return options.getByte(between) == OFF;
        }
        options.setByte(between, OFF);
        return true;
    }

    /** Finds the only byte that both functions change, and leaves the options as they were, found or not. */
    private OptionalInt place(CApi.Switch off, CApi.Switch on) {
        byte[] before = members();
        api.call(off, options);
        byte[] without = members();
        api.call(on, options);
        byte[] with = members();
        if (Arrays.equals(before, without)) {
            api.call(off, options);
        }
        int place = Arrays.mismatch(without, with);
        boolean isAlone = place >= 0
                && without[place] == OFF
                && with[place] == ON
                && Arrays.equals(without, place + 1, BYTES_LOOKED_AT, with, place + 1, BYTES_LOOKED_AT);
        return isAlone ? OptionalInt.of(place) : OptionalInt.empty();
    }

    private byte[] members() {
        return options.getByteArray(0, BYTES_LOOKED_AT);
    }
}
