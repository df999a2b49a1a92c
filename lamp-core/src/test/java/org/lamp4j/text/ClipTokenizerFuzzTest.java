package org.lamp4j.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.fuzz.ReaderFuzzTest;

class ClipTokenizerFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        ClipTokenizerTrainer.newBuilder()
                .vocabularySize(540)
                .build()
                .train(List.of("a red car on the road", "a car is red", "the road is long"))
                .write(folder);
        return Stream.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")
                .map(folder::resolve)
                .toList();
    }

    @Override
    protected void read(Path file) throws IOException {
        ClipTokenizer.read(file.getParent()).encode("a red car, \u00e9\ud83d\ude97");
    }
}
