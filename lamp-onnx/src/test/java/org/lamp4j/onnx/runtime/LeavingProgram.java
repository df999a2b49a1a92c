package org.lamp4j.onnx.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * A program of a user's: daemon threads work without end, and the main thread leaves when a line says so, without a
 * word to them.
 */
public final class LeavingProgram {

    static final int EXIT_CODE = 3;

    static final String READY = "ready";

    private static final int THREADS = 4;

    private static final FrameSize SIZE = new FrameSize(16, 16);

    private static final int WIDTH = 1024;
    private static final int LAYERS = 16;

    /** What the threads do. */
    enum Load {
        /**
         * Clips of a tiny model: each opens the UNet anew, and a shutdown hook closes the backbone, as frameworks do.
         */
        CLIPS,
        /** Sessions of a graph whose weights ONNX Runtime copies, and runs whose operators take a while. */
        SESSIONS
    }

    /** One round of the work. */
    @FunctionalInterface
    private interface Round {
        void run(int number) throws IOException;
    }

    private LeavingProgram() {}

    static void writeModel(Path folder) throws IOException {
        BaseModelConfig tiny = new BaseModelConfig(
                new ClipTextConfig(600, 7, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
                new TinyConfig().contextWidth(8).build());
        new RandomModel(tiny, StoredPrecision.FLOAT32, 1).write(folder);
    }

    /**
     * Works and leaves.
     *
     * @param arguments the load, and the model folder
     */
    public static void main(String[] arguments) throws Exception {
        Round round = Load.valueOf(arguments[0]) == Load.CLIPS ? clips(Path.of(arguments[1])) : sessions();
        CountDownLatch begun = new CountDownLatch(THREADS);
        for (int thread = 0; thread < THREADS; thread++) {
            int first = thread;
            Thread worker = new Thread(() -> work(round, first, begun), "worker " + thread);
            worker.setDaemon(true);
            worker.start();
        }
        begun.await();
        System.out.println(READY);
        if (System.in.read() >= 0) {
            System.exit(EXIT_CODE);
        }
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void work(Round round, int first, CountDownLatch begun) {
        try {
            for (int number = first; ; number += THREADS) {
                round.run(number);
                begun.countDown();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (StoppedException ending) {
            // as it should
        } catch (IllegalStateException e) {
            if (!e.getMessage().startsWith("expected an open ")) {
                throw e;
            }
        }
    }

    private static Round clips(Path model) throws IOException {
        Backbone backbone = Backbone.load(model);
        Runtime.getRuntime().addShutdownHook(new Thread(backbone::close));
        MotionPattern pattern = MotionPattern.untrained(backbone);
        RgbImage image =
                RgbImage.of(RandomSource.stream(1, "image", 0).gaussian(Shape.of(3, SIZE.height(), SIZE.width())));
        return number -> pattern.generate(
                "ox",
                image,
                GenerationOptions.newBuilder()
                        .frameSize(SIZE)
                        .frameCount(4)
                        .steps(4)
                        .seed(number)
                        .build());
    }

    private static Round sessions() {
        Graph graph = new Graph("layers");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(WIDTH, WIDTH));
        TensorType type = new TensorType(ElementType.FLOAT, Shape.of(WIDTH, WIDTH));
        for (int layer = 0; layer < LAYERS; layer++) {
            ByteBuffer data = ByteBuffer.allocateDirect((int) type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
            x = MatrixProducts.matMul(x, graph.weight("w" + layer, type, data));
        }
        graph.output("y", x);
        FloatTensor input = FloatTensor.zeros(Shape.of(WIDTH, WIDTH));
        return number -> {
            try (OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu());
                    NativeTensor given = NativeTensor.copyOf(input)) {
                session.run(Map.of("x", given), "y").close();
            }
        };
    }
}
