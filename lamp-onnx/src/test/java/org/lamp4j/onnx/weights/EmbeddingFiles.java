package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import org.lamp4j.tensor.FloatTensor;

/** Files of textual inversion. */
public final class EmbeddingFiles {

    private EmbeddingFiles() {}

    /**
     * Writes, as AUTOMATIC1111's web UI does, {@code {'string_to_token': {'*': 265}, 'string_to_param': {'*': vectors},
     * 'name': …, 'step': 100, 'sd_checkpoint': None}}.
     *
     * @param file a {@code .pt} file
     * @param name what the embedding is called
     * @param vectors {@code [n, D]}
     */
    public static void write(Path file, String name, FloatTensor vectors) throws IOException {
        int count = Math.toIntExact(vectors.shape().elementCount());
        int width = vectors.shape().size(1);
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("string_to_token")
                .op(Opcodes.EMPTY_DICT)
                .text("*")
                .integer(265)
                .op(Opcodes.SETITEM)
                .text("string_to_param")
                .op(Opcodes.EMPTY_DICT)
                .text("*")
                .tensor(
                        "FloatStorage",
                        "0",
                        count,
                        new PickleAssembler.Layout(0, vectors.shape().sizes(), new int[] {width, 1}))
                .op(Opcodes.SETITEM)
                .text("name")
                .text(name)
                .text("step")
                .integer(100)
                .text("sd_checkpoint")
                .op(Opcodes.NONE)
                .op(Opcodes.SETITEMS)
                .stop();
        write(file, pickle, vectors);
    }

    /**
     * Writes {@code {'string_to_token': {'*': tensor(265)}, 'string_to_param': ParameterDict('*': vectors)}} as the
     * first program for textual inversion does.
     *
     * @param file a {@code .pt} file
     * @param vectors {@code [n, D]}
     */
    public static void writeParameterDict(Path file, FloatTensor vectors) throws IOException {
        int count = Math.toIntExact(vectors.shape().elementCount());
        int width = vectors.shape().size(1);
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("string_to_token")
                .op(Opcodes.EMPTY_DICT)
                .text("*")
                .tensor("FloatStorage", "0", count, new PickleAssembler.Layout(0, new int[0], new int[0]))
                .op(Opcodes.SETITEM)
                .text("string_to_param")
                .global("torch.nn.modules.container", "ParameterDict")
                .op(Opcodes.EMPTY_TUPLE)
                .op(Opcodes.NEWOBJ)
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("training")
                .op(Opcodes.NEWTRUE)
                .text("_parameters")
                .orderedDict()
                .text("*")
                .global("torch._utils", "_rebuild_parameter")
                .tensor(
                        "FloatStorage",
                        "0",
                        count,
                        new PickleAssembler.Layout(0, vectors.shape().sizes(), new int[] {width, 1}))
                .op(Opcodes.NEWTRUE)
                .orderedDict()
                .op(Opcodes.TUPLE3)
                .op(Opcodes.REDUCE)
                .op(Opcodes.SETITEM)
                .text("_buffers")
                .orderedDict()
                .text("_non_persistent_buffers_set")
                .global("__builtin__", "set")
                .op(Opcodes.EMPTY_LIST)
                .op(Opcodes.TUPLE1)
                .op(Opcodes.REDUCE)
                .text("_modules")
                .orderedDict()
                .op(Opcodes.SETITEMS)
                .op(Opcodes.BUILD)
                .op(Opcodes.SETITEMS)
                .stop();
        write(file, pickle, vectors);
    }

    private static void write(Path file, byte[] pickle, FloatTensor vectors) throws IOException {
        int count = Math.toIntExact(vectors.shape().elementCount());
        ByteBuffer storage = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vectors.toArray()) {
            storage.putFloat(value);
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/data/0", storage.array());
        TestFiles.zip(file, entries);
    }
}
