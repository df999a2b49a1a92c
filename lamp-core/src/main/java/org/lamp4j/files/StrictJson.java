package org.lamp4j.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;

/**
 * The one place where parsers of JSON and YAML are made, each for one use.
 *
 * <p>Jackson's factories remember the names of fields from one text to the next, in tables that a text with crafted
 * names fills; from then on its parsers refuse honest texts. So a factory made here has no such table and no pool of
 * buffers, interns nothing, and is not kept: nothing of a text outlives its reading.
 */
public final class StrictJson {

    /**
     * Limit of names, values and brackets in one text of a stranger: those of a vocabulary of 2<sup>18</sup> words.
     * CLIP's has 49 408.
     */
    public static final long MAX_TOKENS = (1 << 19) + 2;

    private StrictJson() {}

    /**
     * Returns a factory for one text of a stranger.
     *
     * @param limits what the text may have
     * @return the factory, for a single use; keep it in no field
     */
    public static JsonFactory factory(StreamReadConstraints limits) {
        return builder().streamReadConstraints(limits).build();
    }

    /**
     * Returns a mapper that reads one text of a stranger, of at most {@link #MAX_TOKENS}.
     *
     * @return the mapper, for a single use; keep it in no field
     */
    public static JsonMapper reader() {
        return new JsonMapper(factory(
                StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build()));
    }

    /**
     * Returns a mapper that writes, or reads what this process has written.
     *
     * @return the mapper, for a single use; keep it in no field
     */
    public static JsonMapper mapper() {
        return new JsonMapper(builder().build());
    }

    /**
     * Writes something as a text that people read, too.
     *
     * @param value what Jackson can write
     * @return the text, indented, with a line's end
     * @throws IOException as Jackson does
     */
    public static String indented(Object value) throws IOException {
        return mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    }

    /**
     * Returns a parser of YAML.
     *
     * @param text a document
     * @return the parser of this text
     * @throws IOException as Jackson does
     */
    public static YAMLParser yaml(String text) throws IOException {
        return YAMLFactory.builder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL) // Jackson's default, which its builder forgets
                .build()
                .createParser(text);
    }

    private static JsonFactoryBuilder builder() {
        return new JsonFactoryBuilder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }
}
