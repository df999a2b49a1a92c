package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.Shape;

/**
 * A graph over the buffers of a {@link ParameterLayout}, whatever parameters lie in them. It runs in place over blocks
 * that are small enough for a core's cache, in a session for each size of a block.
 */
final class BlockwiseGraph implements AutoCloseable {

    /** Elements of one run: 1 MiB a buffer. */
    private static final int BLOCK_ELEMENTS = 1 << 18;

    private final IntFunction<Graph> graphOfSize;
    private final Map<Integer, OnnxSession> sessions = new HashMap<>();
    private final NativeScope natives = new NativeScope();

    BlockwiseGraph(IntFunction<Graph> graphOfSize) {
        this.graphOfSize = graphOfSize;
    }

    /** Declares the input of such a graph that takes a block. */
    static Value block(Graph graph, String name, int size) {
        return graph.input(name, ElementType.FLOAT, Shape.of(size));
    }

    /**
     * Walks over buffers of one layout, as {@link #mapBlocks}.
     *
     * @param buffers the buffers by the names of the graph's inputs
     * @param run is given the session and the same block of each buffer, by the same names, and runs it; called by
     *     several threads
     */
    void eachBlock(Map<String, List<FloatBuffer>> buffers, BiConsumer<OnnxSession, Map<String, NativeTensor>> run) {
        mapBlocks(buffers, (session, blocks) -> {
            run.accept(session, blocks);
            return session;
        });
    }

    /**
     * Walks over buffers of one layout, with as many blocks at a time as there are CPUs.
     *
     * @param buffers the buffers by the names of the graph's inputs
     * @param run is given the session and the same block of each buffer, by the same names, and runs it; called by
     *     several threads
     * @return what the runs return, in the order of the blocks
     */
    <T> List<T> mapBlocks(
            Map<String, List<FloatBuffer>> buffers, BiFunction<OnnxSession, Map<String, NativeTensor>, T> run) {
        List<FloatBuffer> any = buffers.values().iterator().next();
        List<Block> blocks = new ArrayList<>();
        for (int buffer = 0; buffer < any.size(); buffer++) {
            int end = any.get(buffer).capacity();
            for (int from = 0; from < end; from += BLOCK_ELEMENTS) {
                int size = Math.min(BLOCK_ELEMENTS, end - from);
                blocks.add(new Block(session(size), buffer, from, size));
            }
        }
        return blocks.parallelStream().map(block -> block.run(buffers, run)).toList();
    }

    /** A block's operators are too short for several threads to share: each block keeps to one. */
    private OnnxSession session(int size) {
        return sessions.computeIfAbsent(
                size, absent -> natives.own(OnnxSession.load(graphOfSize.apply(size), ComputeDevice.cpuThread())));
    }

    /** Some elements of one of the buffers. */
    private record Block(OnnxSession session, int buffer, int from, int size) {

        <T> T run(Map<String, List<FloatBuffer>> buffers, BiFunction<OnnxSession, Map<String, NativeTensor>, T> run) {
            Map<String, NativeTensor> blocks = new HashMap<>();
            try (NativeScope scope = new NativeScope()) {
                buffers.forEach((name, all) -> {
                    FloatBuffer block = all.get(buffer).slice(from, size);
                    blocks.put(name, scope.own(NativeTensor.over(Shape.of(size), block)));
                });
                return run.apply(session, blocks);
            }
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
