package org.lamp4j.onnx.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.tensor.Shape;

/**
 * A graph over the buffers of a {@link ParameterLayout}, whatever parameters lie in them. It runs in place, on what
 * works in their memory, over blocks of a size that suits it, in a session for each size.
 */
final class BlockwiseGraph implements AutoCloseable {

    private final IntFunction<Graph> graphOfSize;
    private final TensorMemory memory;
    private final Map<Integer, OnnxSession> sessions = new HashMap<>();
    private final NativeScope natives = new NativeScope();

    /**
     * Makes a graph to be run over buffers.
     *
     * @param graphOfSize the graph for a block of so many elements
     * @param memory where the buffers lie
     */
    BlockwiseGraph(IntFunction<Graph> graphOfSize, TensorMemory memory) {
        this.graphOfSize = graphOfSize;
        this.memory = memory;
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
    void eachBlock(Map<String, ParameterBuffers> buffers, BiConsumer<OnnxSession, Map<String, NativeTensor>> run) {
        mapBlocks(buffers, (session, blocks) -> {
            run.accept(session, blocks);
            return session;
        });
    }

    /**
     * Walks over buffers of one layout; in host memory, with as many blocks at a time as there are CPUs.
     *
     * @param buffers the buffers by the names of the graph's inputs
     * @param run is given the session and the same block of each buffer, by the same names, and runs it; called by
     *     several threads
     * @return what the runs return, in the order of the blocks
     */
    <T> List<T> mapBlocks(
            Map<String, ParameterBuffers> buffers, BiFunction<OnnxSession, Map<String, NativeTensor>, T> run) {
        List<NativeTensor> any = buffers.values().iterator().next().buffers();
        int most = memory.blockElements();
        List<Block> blocks = new ArrayList<>();
        for (int buffer = 0; buffer < any.size(); buffer++) {
            int end = any.get(buffer).type().shape().size(0);
            for (int from = 0; from < end; from += most) {
                int size = Math.min(most, end - from);
                blocks.add(new Block(session(size), buffer, from, size));
            }
        }
        Stream<Block> walk = memory.isHost() ? blocks.parallelStream() : blocks.stream();
        return walk.map(block -> block.run(buffers, run)).toList();
    }

    private OnnxSession session(int size) {
        return sessions.computeIfAbsent(
                size, absent -> natives.own(OnnxSession.load(graphOfSize.apply(size), memory.device())));
    }

    /** Some elements of one of the buffers. */
    private record Block(OnnxSession session, int buffer, int from, int size) {

        <T> T run(Map<String, ParameterBuffers> buffers, BiFunction<OnnxSession, Map<String, NativeTensor>, T> run) {
            Map<String, NativeTensor> blocks = new HashMap<>();
            try (NativeScope scope = new NativeScope()) {
                buffers.forEach((name, all) ->
                        blocks.put(name, scope.own(all.buffers().get(buffer).part(from, Shape.of(size)))));
                return run.apply(session, blocks);
            }
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
