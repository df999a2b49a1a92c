package org.lamp4j.cuda;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of ONNX Runtime's C API for memory. They are called through {@code OrtApi}, a table of pointers to
 * which each version only appends.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/include/onnxruntime/core/session/onnxruntime_c_api.h">
 *     onnxruntime_c_api.h</a>
 */
final class CApi {

    /** Functions that return a status, null if all went well, with their places in the table. */
    enum Checked {
        CREATE_TENSOR_AS_ORT_VALUE(48),
        CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE(49),
        GET_TENSOR_MUTABLE_DATA(51),
        CREATE_MEMORY_INFO(68),
        CREATE_ALLOCATOR(131);

        private final int place;

        Checked(int place) {
            this.place = place;
        }
    }

    /** Functions that switch something of a session's options, return a status, and fail only without options. */
    enum Switch {
        ENABLE_MEM_PATTERN(16),
        DISABLE_MEM_PATTERN(17),
        ENABLE_CPU_MEM_ARENA(18),
        DISABLE_CPU_MEM_ARENA(19);

        private final int place;

        Switch(int place) {
            this.place = place;
        }
    }

    /** Functions that release an object and return nothing, with their places in the table. */
    enum Release {
        STATUS(93),
        MEMORY_INFO(94),
        ALLOCATOR(132);

        private final int place;

        Release(int place) {
            this.place = place;
        }
    }

    private static final int GET_ERROR_MESSAGE = 2;

    private final Pointer table;

    /**
     * Takes a table.
     *
     * @param table address of {@code OrtApi}
     */
    CApi(long table) {
        this.table = new Pointer(table);
    }

    /**
     * Calls a function whose last parameter is where it writes a pointer.
     *
     * @param function the function
     * @param arguments the parameters before that
     * @return the pointer
     * @throws IllegalStateException if the function fails; the message holds its reason
     */
    Pointer make(Checked function, Object... arguments) {
        PointerByReference made = new PointerByReference();
        Object[] all = new Object[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = made;
        check(function, at(function.place).invokePointer(all));
        return made.getValue();
    }

    /**
     * Calls a function that switches something of a session's options.
     *
     * @param function the function
     * @param options the options
     * @throws IllegalStateException if the function fails; the message holds its reason
     */
    void call(Switch function, Pointer options) {
        check(function, at(function.place).invokePointer(new Object[] {options}));
    }

    private void check(Enum<?> function, @Nullable Pointer status) {
        if (status != null) {
            String reason = at(GET_ERROR_MESSAGE).invokeString(new Object[] {status}, false);
            release(Release.STATUS, status);
            throw new IllegalStateException("ONNX Runtime refused " + function + ": " + reason);
        }
    }

    void release(Release function, Pointer object) {
        at(function.place).invokeVoid(new Object[] {object});
    }

    private Function at(int place) {
        return Function.getFunction(table.getPointer((long) place * Native.POINTER_SIZE));
    }
}
