package org.lamp4j.onnx.weights;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;

/** The names that the pickle of a PyTorch checkpoint may use, and what becomes of each. */
final class TorchGlobals {

    private static final List<String> IGNORED = List.of(
            "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
            "pytorch_lightning.callbacks.early_stopping.EarlyStopping",
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "numpy.dtype",
            "_codecs.encode",
            "__builtin__.set",
            "builtins.set");

    /**
     * Stands for an object that is not looked at: what training programs save beside the weights, the state of their
     * callbacks, numbers of NumPy and what modules keep in sets.
     */
    static final IObjectConstructor NOTHING = TorchGlobals::nothing;

    /** A module that holds parameters by name, as the first program for textual inversion saves them. */
    static final IObjectConstructor PARAMETER_DICT = TorchGlobals::parameterDict;

    /** By name: a {@link StoredType}, or what is called. */
    static final Map<String, Object> TABLE = table();

    private TorchGlobals() {}

    private static Map<String, Object> table() {
        Map<String, Object> table = new HashMap<>();
        table.put("collections.OrderedDict", (IObjectConstructor) TorchGlobals::orderedDictionary);
        table.put("torch._utils._rebuild_tensor_v2", (IObjectConstructor) TorchGlobals::tensor);
        table.put("torch._utils._rebuild_parameter", (IObjectConstructor) TorchGlobals::parameter);
        table.put("torch.nn.modules.container.ParameterDict", PARAMETER_DICT);
        IGNORED.forEach(name -> table.put(name, NOTHING));
        for (StoredType type : StoredType.values()) {
            table.put("torch." + type.torchStorage(), type);
        }
        return Map.copyOf(table);
    }

    private static Object nothing(Object[] arguments) {
        return NOTHING;
    }

    private static Object parameterDict(Object[] arguments) {
        throw new PickleException("expected ParameterDict to be made with its state, but was called");
    }

    private static Object orderedDictionary(Object[] arguments) {
        if (arguments.length != 0) {
            throw new PickleException("expected OrderedDict without arguments, but was " + arguments.length);
        }
        return new LinkedHashMap<String, Object>();
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata=None)}. */
    private static Object tensor(Object[] arguments) {
        if (arguments.length < 6
                || arguments.length > 7
                || !(arguments[0] instanceof TorchUnpickler.Storage storage)
                || !TorchUnpickler.isInteger(arguments[1])) {
            throw new PickleException("expected _rebuild_tensor_v2 with a storage, offset, size and stride,"
                    + " but was other arguments");
        }
        return new TorchUnpickler.View(
                storage, ((Number) arguments[1]).longValue(), numbers(arguments[2]), numbers(arguments[3]));
    }

    /** {@code _rebuild_parameter(data, requires_grad, backward_hooks)}. */
    private static Object parameter(Object[] arguments) {
        if (arguments.length != 3 || !(arguments[0] instanceof TorchUnpickler.View view)) {
            throw new PickleException("expected _rebuild_parameter with a tensor, but was other arguments");
        }
        return view;
    }

    private static long[] numbers(Object value) {
        if (!(value instanceof Object[] items)) {
            throw new PickleException("expected a tuple of sizes, but was " + TorchUnpickler.described(value));
        }
        if (items.length > TensorSizes.MAX_RANK) { // one long tuple may be named by many tensors
            throw new PickleException("expected at most " + TensorSizes.MAX_RANK + " axes, but was " + items.length);
        }
        long[] numbers = new long[items.length];
        for (int index = 0; index < items.length; index++) {
            if (!TorchUnpickler.isInteger(items[index])) {
                throw new PickleException(
                        "expected a tuple of sizes, but was one of " + TorchUnpickler.described(items[index]));
            }
            numbers[index] = ((Number) items[index]).longValue();
        }
        return numbers;
    }
}
