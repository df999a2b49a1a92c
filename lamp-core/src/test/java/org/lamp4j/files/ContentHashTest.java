package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentHashTest {

    /** The example of FIPS 180-2, appendix B.1. */
    @Test
    void finish_abc_isTheStandardsExample() {
        ContentHash hash = new ContentHash().add(ByteBuffer.wrap("abc".getBytes(StandardCharsets.US_ASCII)));

        assertThat(hash.finish()).isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void add_texts_doNotRunTogether() {
        assertThat(new ContentHash().add("ab").add("c").finish())
                .isNotEqualTo(new ContentHash().add("a").add("bc").finish());
    }
}
