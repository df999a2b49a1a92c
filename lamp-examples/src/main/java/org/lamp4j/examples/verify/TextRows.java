package org.lamp4j.examples.verify;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Prompts through tokenizer and text encoder. */
final class TextRows implements RowGroup {

    private static final String IDS = "text.input_ids";
    private static final String HIDDEN_STATES = "text.hidden_states";
    private static final double TOLERANCE = 2e-5;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException {
        List<int[]> ids = fixture.strings("/prompts").stream()
                .map(prompt -> subject.tokenizer().encode(prompt))
                .toList();
        if (fixture.has(IDS)) {
            int[] actual = ids.stream().flatMapToInt(IntStream::of).toArray();
            rows.accept(Row.exact(IDS, actual, fixture.integers(IDS)));
        } else {
            rows.accept(Row.absent(IDS, 0));
        }
        if (fixture.has(HIDDEN_STATES)) {
            rows.accept(Row.of(
                    HIDDEN_STATES,
                    subject.model().textEncoder().encode(ids),
                    fixture.tensor(HIDDEN_STATES),
                    TOLERANCE));
        } else {
            rows.accept(Row.absent(HIDDEN_STATES, TOLERANCE));
        }
    }
}
