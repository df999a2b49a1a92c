package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrictJsonTest {

    static Stream<JsonFactory> factories() throws IOException {
        return Stream.of(
                StrictJson.factory(StreamReadConstraints.defaults()),
                StrictJson.reader().getFactory(),
                StrictJson.mapper().getFactory());
    }

    @ParameterizedTest
    @MethodSource("factories")
    void factory_each_remembersNothingOfAText(JsonFactory factory) {
        assertThat(factory.isEnabled(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES))
                .isFalse();
        assertThat(factory.isEnabled(JsonFactory.Feature.INTERN_FIELD_NAMES)).isFalse();
        assertThat(factory._getRecyclerPool()).isSameAs(JsonRecyclerPools.nonRecyclingPool());
    }

    /** "Aa" and "BB" have one hash, in Java and in Jackson's tables, and so do all words of them. */
    @Test
    void reader_namesOfOneHash_areRead() throws IOException {
        StringBuilder text = new StringBuilder("{");
        for (int index = 0; index < 1 << 16; index++) {
            text.append('"');
            for (int bit = 0; bit < 16; bit++) {
                text.append((index >> bit & 1) == 0 ? "Aa" : "BB");
            }
            text.append("\":1,");
        }
        text.setCharAt(text.length() - 1, '}');
        assertThat(StrictJson.reader().readTree(text.toString()).size()).isEqualTo(1 << 16);
    }

    @Test
    void readObject_moreTokensThanAnyVocabularyHas_isRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("vocab.json"), "{\"a\":[" + "{},".repeat((1 << 18) + 1) + "1]}");
        assertThatThrownBy(() -> ModelText.readObject(file, ModelText.MAX_VOCABULARY_BYTES))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected JSON, but was: Token count (524291) exceeds the maximum allowed")
                .hasMessageEndingWith("(" + file + ")");
    }

    @Test
    void mapper_whatThisProcessHasWritten_isNotLimited() throws JsonProcessingException {
        JsonNode list = StrictJson.mapper().readTree("[" + "{},".repeat(1 << 18) + "1]");
        assertThat(list.size()).isEqualTo((1 << 18) + 1);
    }

    @Test
    void yaml_document_isParsed() throws IOException {
        try (YAMLParser yaml = StrictJson.yaml("a: 1")) {
            assertThat(yaml.nextToken().isStructStart()).isTrue();
            assertThat(yaml.nextFieldName()).isEqualTo("a");
        }
    }
}
