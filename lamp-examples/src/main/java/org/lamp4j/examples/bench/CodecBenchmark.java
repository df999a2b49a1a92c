package org.lamp4j.examples.bench;

import org.lamp4j.Backbone;
import org.lamp4j.media.FrameSize;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Times the networks that run once for a prompt or a frame.
 *
 * @param size size of a frame
 * @param rounds rounds that count
 * @param warmUpRounds rounds before them
 */
record CodecBenchmark(FrameSize size, int rounds, int warmUpRounds) {

    private static final String PROMPT = "a horse runs on Mars";

    /** Measures and prints them; returns the prompt's hidden states. */
    FloatTensor run(Backbone backbone, NetworkFlops flops, PartTable table) {
        FloatTensor image = RandomSource.stream(0, "bench", 0).gaussian(Shape.of(1, 3, size.height(), size.width()));
        Series text = new Series(warmUpRounds);
        Series encode = new Series(warmUpRounds);
        Series decode = new Series(warmUpRounds);
        FloatTensor context = backbone.encodePrompt(PROMPT);
        for (int round = 0; round < warmUpRounds + rounds; round++) {
            context = text.time(() -> backbone.encodePrompt(PROMPT));
            FloatTensor mean = encode.time(
                    () -> backbone.model().latentCodec().encode(image).mean());
            decode.time(() -> backbone.model().latentCodec().decode(mean));
        }
        table.print("text encoder, a prompt", text, flops.text());
        table.print("VAE encoder, a frame", encode, flops.encoder());
        table.print("VAE decoder, a frame", decode, flops.decoder());
        return context;
    }
}
