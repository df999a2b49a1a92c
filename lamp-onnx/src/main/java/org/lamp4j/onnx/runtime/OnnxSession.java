package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A graph that ONNX Runtime has loaded. Owns the native session and the handles of the weights. Safe for several
 * threads; closing waits for the runs that are under way.
 */
public final class OnnxSession implements AutoCloseable {

    private static final AtomicInteger OPEN = new AtomicInteger();

    /**
     * What finds nothing to change in graphs as they are built here. Each walks over all nodes first, several times: in
     * all two fifths of the time in which a session for training is opened on a GPU, a quarter on a CPU.
     */
    static final Set<String> OPTIMIZERS_OF_OTHER_GRAPHS = Set.of(
            "AttentionFusion",
            "BiasDropoutFusion",
            "BiasSkipLayerNormFusion",
            "BiasSoftmaxFusion",
            "DoubleQDQPairsRemover",
            "DynamicQuantizeMatMulFusion",
            "EmbedLayerNormFusion",
            "EnsureUniqueDQForNodeUnit",
            "FastGeluFusion",
            "GatherToSliceFusion",
            "GeluFusionL1",
            "GeluFusionL2",
            "GemmActivationFusion",
            "GroupQueryAttentionFusion",
            "GroupQueryAttentionPreNormFusion",
            "LayerNormFusionL1",
            "LayerNormFusionL2",
            "MatMulActivationFusion",
            "MatMulIntegerToFloatFusion",
            "MatMulNBitsFusion",
            "NhwcTransformer",
            "QDQFinalCleanupTransformer",
            "QDQPropagationTransformer",
            "QDQS8ToU8Transformer",
            "QDQSelectorActionTransformer",
            "QuickGeluFusion",
            "SimplifiedLayerNormFusion",
            "SliceConcatToSpaceToDepthFusion",
            "WeightBiasQuantization",
            "WhereDummyDq");

    /**
     * What ONNX Runtime would change in a few nodes of a graph as it is built here for a CPU, and then infer the types
     * of all of them anew: a third of the time in which a session for training is opened.
     */
    private static final Set<String> WITHOUT_GAIN_ON_A_CPU = Set.of(
            "CommonSubexpressionElimination",
            "ConvActivationFusion",
            "GatherSliceToSplitFusion",
            "Level1_RuleBasedTransformer",
            "MatMulScaleFusion",
            "ReshapeFusion",
            "SkipLayerNormFusion");

    /**
     * Makes a Gemm of a product and a bias, which on a GPU first spreads the bias over the result by another product.
     */
    private static final String BIASES_SPREAD = "MatMulAddFusion";

    /**
     * Computes what two nodes compute alike once. What a step that recomputes makes of parameters would stay from its
     * forward pass to the end.
     */
    private static final String EQUALS_MERGED = "CommonSubexpressionElimination";

    private static final String CONSTANTS_FOLDED = "ConstantFolding";

    private final String name;
    private final Map<String, TensorType> inputs = new LinkedHashMap<>();
    private final Map<String, TensorType> outputs = new LinkedHashMap<>();
    private final Map<String, NativeTensor> weights = new LinkedHashMap<>();

    /** Whether weights are inputs of every run, instead of having been copied when the session was made. */
    private final boolean bindsWeights;

    private final OrtSession session;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxSession(Graph graph, ComputeDevice device) {
        name = graph.name();
        graph.inputs().forEach(input -> inputs.put(input.name(), input.type()));
        graph.outputs().forEach((outputName, value) -> outputs.put(outputName, value.type()));
        bindsWeights = device.bindsWeights();
        try {
            Graph ready = device.sharesMemoryOfProcessor() ? graph : FixedKernels.computedIn(graph);
            session = ExitGate.OF_PROCESS.pass(name, () -> create(ready, device));
        } catch (OrtException e) {
            closeWeights();
            throw refused(e);
        } catch (RuntimeException | Error e) {
            closeWeights();
            throw e;
        }
        OPEN.incrementAndGet();
    }

    private OrtSession create(Graph graph, ComputeDevice device) throws OrtException {
        try (OrtSession.SessionOptions options =
                device.sessionOptions(name, PeakMemory.of(graph, Set.of()), needlessOptimizers(graph, device))) {
            Map<String, OnnxTensorLike> handles = new LinkedHashMap<>();
            for (Value weight : graph.weights()) {
                NativeTensor tensor =
                        NativeTensor.over(weight.type(), weight.data().orElseThrow());
                weights.put(weight.name(), tensor);
                handles.put(weight.name(), tensor.acquire());
            }
            if (!bindsWeights && !handles.isEmpty()) {
                options.addExternalInitializers(handles);
            }
            byte[] model =
                    OnnxModel.serialize(graph, bindsWeights ? OnnxModel.Weights.INPUTS : OnnxModel.Weights.EXTERNAL);
            ExitGate.Stop stop = BindingInternals.loadCancellation(options).orElse(() -> {});
            return ExitGate.OF_PROCESS.stoppable(
                    name,
                    stop,
                    () -> onDeepStack(() -> OnnxRuntime.environment().createSession(model, options)));
        }
    }

    /** On a GPU what follows from weights alone is not computed when the session is made, unless it converts them. */
    static Set<String> needlessOptimizers(Graph graph, ComputeDevice device) {
        Set<String> names = new TreeSet<>(OPTIMIZERS_OF_OTHER_GRAPHS);
        if (device.sharesMemoryOfProcessor()) {
            names.addAll(WITHOUT_GAIN_ON_A_CPU);
            return names;
        }
        names.addAll(Set.of(BIASES_SPREAD, EQUALS_MERGED));
        if (!DeviceMemory.convertsWeights(graph)) {
            names.add(CONSTANTS_FOLDED);
        }
        return names;
    }

    /**
     * Returns how many sessions are open in this process, closed ones not counted. A number that is larger after a
     * piece of work than before it is a leak.
     *
     * @return the number
     */
    public static int openCount() {
        return OPEN.get();
    }

    private void closeWeights() {
        for (NativeTensor weight : weights.values()) {
            weight.release();
            weight.close();
        }
    }

    private IllegalStateException refused(Exception reason) {
        return new IllegalStateException("ONNX Runtime refused graph " + name + ": " + reason.getMessage(), reason);
    }

    /** ONNX Runtime walks graphs by recursion. */
    private OrtSession onDeepStack(Callable<OrtSession> creation) {
        try {
            return DeepStack.call("ONNX Runtime loads " + name, creation);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            Throwables.throwIfInstanceOf(cause, Error.class);
            if (ExitGate.OF_PROCESS.isClosed()) {
                throw ExitGate.refusal(name);
            }
            throw refused((Exception) cause);
        }
    }

    /**
     * Loads a graph.
     *
     * @param graph the graph; its weights must stay unchanged until the session is closed
     * @param device where to run it
     * @return the session
     * @throws IllegalStateException if ONNX Runtime refuses the graph; the message holds its reason
     */
    public static OnnxSession load(Graph graph, ComputeDevice device) {
        return new OnnxSession(graph, device);
    }

    /**
     * Returns the types of the inputs.
     *
     * @return types by name
     */
    public Map<String, TensorType> inputs() {
        return inputs;
    }

    /**
     * Returns the types of the outputs.
     *
     * @return types by name
     */
    public Map<String, TensorType> outputs() {
        return outputs;
    }

    /**
     * Runs the graph, writing its outputs into tensors of the caller's.
     *
     * @param given every input, by name
     * @param results the outputs to compute, by name; their memory is overwritten
     * @throws ShapeMismatchException if a tensor is missing, unknown or of another type
     * @throws IllegalStateException if the session or a tensor is closed, or the run fails
     */
    public void run(Map<String, NativeTensor> given, Map<String, NativeTensor> results) {
        run(given, results, Set.of());
    }

    /**
     * Runs the graph, writing some outputs into tensors of the caller's and letting ONNX Runtime make the others, whose
     * memory is free again as soon as they are closed.
     *
     * @param given every input, by name
     * @param results outputs to compute, by name; their memory is overwritten
     * @param made names of more outputs to compute
     * @return those outputs by name; the caller closes them
     * @throws ShapeMismatchException if a tensor is missing, unknown or of another type
     * @throws IllegalStateException if the session or a tensor is closed, or the run fails
     */
    public Map<String, NativeTensor> run(
            Map<String, NativeTensor> given, Map<String, NativeTensor> results, Set<String> made) {
        inputs.forEach((inputName, type) -> check(inputName, type, given.get(inputName)));
        if (given.size() != inputs.size()) {
            throw new ShapeMismatchException(
                    "expected inputs " + inputs.keySet() + ", but was " + given.keySet() + " (" + name + ")");
        }
        results.forEach((outputName, tensor) -> check(outputName, outputType(outputName), tensor));
        made.forEach(this::outputType);
        lock.readLock().lock();
        List<NativeTensor> acquired = new ArrayList<>();
        try {
            if (closed) {
                throw new IllegalStateException("expected an open session, but " + name + " is closed");
            }
            Map<String, OnnxTensor> handles = acquire(given, acquired);
            if (bindsWeights) {
                handles.putAll(acquire(weights, acquired));
            }
            Map<String, OnnxTensor> pinned = acquire(results, acquired);
            Map<String, NativeTensor> tensors = ExitGate.OF_PROCESS.pass(name, () -> run(handles, made, pinned));
            HostTraffic.count(given.values(), Iterables.concat(results.values(), tensors.values()));
            return tensors;
        } catch (OrtException e) {
            if (ExitGate.OF_PROCESS.isClosed()) {
                throw ExitGate.refusal(name);
            }
            throw new IllegalStateException("ONNX Runtime failed in " + name + ": " + e.getMessage(), e);
        } finally {
            acquired.forEach(NativeTensor::release);
            lock.readLock().unlock();
        }
    }

    private Map<String, NativeTensor> run(
            Map<String, OnnxTensor> given, Set<String> made, Map<String, OnnxTensor> pinned) throws OrtException {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            OrtSession.Result result = ExitGate.OF_PROCESS.stoppable(
                    name, () -> options.setTerminate(true), () -> session.run(given, made, pinned, options));
            Map<String, NativeTensor> tensors = new LinkedHashMap<>();
            for (String output : made) {
                OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
                tensors.put(output, new NativeTensor(outputType(output), tensor));
            }
            return tensors;
        }
    }

    private static Map<String, OnnxTensor> acquire(Map<String, NativeTensor> tensors, List<NativeTensor> acquired) {
        Map<String, OnnxTensor> handles = new LinkedHashMap<>();
        tensors.forEach((tensorName, tensor) -> {
            handles.put(tensorName, tensor.acquire());
            acquired.add(tensor);
        });
        return handles;
    }

    /**
     * Runs the graph for a single output.
     *
     * @param given every input, by name
     * @param outputName the output
     * @return a new tensor; the caller closes it
     */
    public NativeTensor run(Map<String, NativeTensor> given, String outputName) {
        NativeTensor result = NativeTensor.allocate(outputType(outputName));
        try {
            run(given, Map.of(outputName, result));
            return result;
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /**
     * Returns the type of an output.
     *
     * @param outputName the output
     * @return its type
     * @throws ShapeMismatchException if there is no such output
     */
    public TensorType outputType(String outputName) {
        TensorType type = outputs.get(outputName);
        if (type == null) {
            throw new ShapeMismatchException(
                    "expected one of the outputs " + outputs.keySet() + ", but was " + outputName + " (" + name + ")");
        }
        return type;
    }

    /** Returns the binding's session, which belongs to this one. */
    OrtSession binding() {
        return session;
    }

    private void check(String tensorName, TensorType type, @Nullable NativeTensor tensor) {
        if (tensor == null || !tensor.type().equals(type)) {
            throw new ShapeMismatchException("expected " + tensorName + " " + type + ", but was "
                    + (tensor == null ? "nothing" : tensor.type()) + " (" + name + ")");
        }
    }

    /** Frees the session and the handles of its weights, after the runs under way. Closing twice does nothing. */
    @Override
    public void close() {
        if (ExitGate.OF_PROCESS.isClosed()) {
            return;
        }
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                OPEN.decrementAndGet();
                closeSession();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeSession() {
        try {
            ExitGate.OF_PROCESS.free(name, session::close);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close " + name + ": " + e.getMessage(), e);
        } finally {
            closeWeights();
        }
    }
}
