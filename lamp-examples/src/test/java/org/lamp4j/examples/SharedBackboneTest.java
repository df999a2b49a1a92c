package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.progress.Decision;

/** Several threads and patterns on one backbone, and a backbone that is closed under them. */
class SharedBackboneTest {

    private static final int THREADS = 4;

    /** Each pattern twice, so that threads share one as well. */
    private static final int CLIPS = 4;

    @TempDir
    private static Path model;

    private Backbone backbone;

    @BeforeEach
    void open() throws IOException {
        backbone = SmallRuns.open(model);
    }

    @AfterEach
    void close() {
        backbone.close();
    }

    @Test
    void generate_twoPatternsFromSeveralThreads_sameClipsAsOneAfterTheOther() throws Exception {
        List<MotionPattern> patterns = List.of(MotionPattern.untrained(backbone), SmallRuns.train(backbone));
        List<List<ByteBuffer>> expected = new ArrayList<>();
        for (int index = 0; index < CLIPS; index++) {
            expected.add(pixels(patterns.get(index % 2), index));
        }
        assertThat(pixels(patterns.get(1), 0)).isNotEqualTo(expected.get(0));

        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<List<ByteBuffer>>> clips = new ArrayList<>();
            for (int index = 0; index < CLIPS; index++) {
                MotionPattern pattern = patterns.get(index % 2);
                int seed = index;
                clips.add(threads.submit(() -> pixels(pattern, seed)));
            }
            for (int index = 0; index < CLIPS; index++) {
                assertThat(clips.get(index).get(1, TimeUnit.MINUTES)).isEqualTo(expected.get(index));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void generate_anotherPattern_keepsTextEncoderAndAutoEncoderOpenAndOpensNothingMore() throws IOException {
        MotionPattern untrained = MotionPattern.untrained(backbone);
        MotionPattern trained = SmallRuns.train(backbone);
        List<ByteBuffer> first = pixels(untrained, 0);
        int sessions = OnnxSession.openCount();
        int tensors = NativeTensor.openCount();

        assertThat(pixels(trained, 0)).isNotEqualTo(first);
        assertThat(pixels(untrained, 0)).isEqualTo(first);

        assertThat(OnnxSession.openCount()).isEqualTo(sessions).isGreaterThanOrEqualTo(3);
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    private static List<ByteBuffer> pixels(MotionPattern pattern, long seed) {
        return SmallRuns.generate(pattern, seed).frames().stream()
                .map(frame -> ByteBuffer.wrap(frame.toRgbBytes()))
                .toList();
    }

    @Test
    void close_whileAnotherThreadGenerates_endsItWithAnErrorAndLeavesNothingOpen() throws Exception {
        int sessions = OnnxSession.openCount();
        int tensors = NativeTensor.openCount();
        MotionPattern pattern = MotionPattern.untrained(backbone);
        for (Class<? extends GenerationProgress> part :
                List.of(GenerationProgress.Denoising.class, GenerationProgress.Decoding.class)) {
            Backbone closing = SmallRuns.open(model);
            MotionPattern shared = MotionPattern.untrained(closing);
            CountDownLatch reached = new CountDownLatch(1);
            FutureTask<Void> endless = new FutureTask<>(() -> {
                while (true) {
                    generateUntil(shared, part, reached);
                }
            });
            new Thread(endless).start();
            reached.await();
            closing.close();

            assertThatThrownBy(() -> endless.get(1, TimeUnit.MINUTES))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageMatching("expected an open backbone, but it (is|was) closed \\(.*\\)"
                            + "|expected an open checkpoint, but was closed \\(.*\\)");
        }
        assertThat(SmallRuns.generate(pattern, 0).frameCount()).isEqualTo(4);
        backbone.close();
        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    private static void generateUntil(
            MotionPattern pattern, Class<? extends GenerationProgress> part, CountDownLatch reached) {
        GenerationOptions options = SmallRuns.options(0)
                .listener(progress -> {
                    if (part.isInstance(progress)) {
                        reached.countDown();
                    }
                    return Decision.CONTINUE;
                })
                .build();
        pattern.generate(SmallRuns.PROMPT, SmallRuns.image(0), options);
    }

    @Test
    void pattern_ofAClosedBackbone_isRefused() {
        MotionPattern pattern = MotionPattern.untrained(backbone);
        backbone.close();
        backbone.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> SmallRuns.generate(pattern, 0))
                .withMessage("expected an open backbone, but it was closed (" + model + ")");
        assertThatIllegalStateException()
                .isThrownBy(() -> pattern.save(model.resolve("pattern.safetensors")))
                .withMessage("expected an open backbone, but it was closed (" + model + ")");
    }
}
