package org.lamp4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedPromptTest {

    private static String described(WeightedPrompt prompt) {
        return prompt.sections().stream()
                .map(section -> section.stream()
                        .map(part -> part.text() + "*" + part.weight())
                        .collect(Collectors.joining("|")))
                .collect(Collectors.joining("/"));
    }

    /** What the notation's description says, and what follows from it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a duck; a duck*1.0",
                "a (duck) swims; 'a *1.0|duck*1.1| swims*1.0'",
                "a ((duck)); 'a *1.0|duck*1.21'",
                "(duck:1.4); duck*1.4",
                "(duck: +0.5 ); duck*0.5",
                "(duck:.25); duck*0.25",
                "(duck:-1); duck*-1.0",
                "a [cloud]; 'a *1.0|cloud*0.90909094'",
                "[(x)]; x*1.0",
                "(a (b:2) c:0.5); 'a *0.5|b*1.0| c*0.5'",
                "a \\(duck\\) \\[b\\] \\\\; a (duck) [b] \\*1.0",
                "a\\b; ab*1.0",
                "a) b]; a) b]*1.0",
                "a:1.4); a:1.4)*1.0",
                "[a:1.4]; a:1.4*0.90909094",
                "(a:b:2); a:b*2.0",
                "(a:1.2.3); 'a:1.2.3*1.1'",
                "(a; a*1.1",
                "[a; a*0.90909094",
                "((a:2; a:2*1.21",
                "a BREAK b; a*1.0/b*1.0",
                "(a BREAK b:2); a*2.0/b*2.0",
                "BREAKFAST; BREAKFAST*1.0",
                "''; ''",
                "(); ''",
            })
    void parse_notation_givesTextsAndWeights(String prompt, String expected) {
        assertThat(described(WeightedPrompt.parse(prompt))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void parse_weightBeyondTheLargest_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightedPrompt.parse("(a:101)"))
                .withMessage("expected weights of a prompt's words from -100 to 100, but was 101.0");
        assertThatIllegalArgumentException().isThrownBy(() -> WeightedPrompt.parse("(".repeat(60_000) + "a"));
    }

    @Test
    void encode_oneChunk_hasTheIdsOfThePlainPrompt() {
        ClipTokenizer clip = ClipTokenizer.clip();

        List<PromptChunk> chunks = clip.encode(WeightedPrompt.parse("a (red:1.5) duck, 2 clouds"));

        assertThat(chunks).hasSize(1);
        assertThat(chunks.get(0).ids()).containsExactly(clip.encode("a red duck, 2 clouds"));
        assertThat(chunks.get(0).weights()).startsWith(1, 1, 1.5f, 1).hasSize(77);
        assertThat(chunks.get(0).isPlain()).isFalse();
        assertThat(clip.encode(WeightedPrompt.parse("a duck")).get(0).isPlain()).isTrue();
    }

    @Test
    void encode_moreThanOneChunk_eachHasBeginAndEnd() {
        ClipTokenizer clip = ClipTokenizer.clip();
        int begin = clip.encode("")[0];
        int end = clip.encode("")[1];
        int duck = clip.encode("duck")[1];

        List<PromptChunk> full = clip.encode(WeightedPrompt.parse("duck ".repeat(75)));
        List<PromptChunk> chunks = clip.encode(WeightedPrompt.parse("duck ".repeat(75) + "(duck:2)"));

        assertThat(full).hasSize(1);
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0)).isEqualTo(full.get(0));
        assertThat(chunks.get(0).ids()).startsWith(begin, duck).endsWith(duck, end);
        assertThat(chunks.get(1).ids()).startsWith(begin, duck, end, end);
        assertThat(chunks.get(1).weights()).startsWith(1, 2, 1);
    }

    @Test
    void encode_break_beginsANewChunk() {
        ClipTokenizer clip = ClipTokenizer.clip();

        assertThat(clip.encode(WeightedPrompt.parse("a duck BREAK a cloud")))
                .extracting(PromptChunk::ids)
                .containsExactly(clip.encode("a duck"), clip.encode("a cloud"));
    }

    @Test
    void encode_tooManyChunks_isRefused() {
        ClipTokenizer clip = ClipTokenizer.clip();

        assertThat(clip.encode(WeightedPrompt.parse("a ".repeat(32 * 75)))).hasSize(32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.encode(WeightedPrompt.parse("a ".repeat(32 * 75 + 1))))
                .withMessage("expected a prompt of at most 32 times 75 tokens, but was more (ClipTokenizer)");
    }

    @Test
    void encode_addedWordOfSeveralTokens_isNotCutInTwo() {
        ClipTokenizer clip = ClipTokenizer.clip().withWord(new AddedWord("<cat toy>", 49_408, 3, ""));

        List<PromptChunk> chunks = clip.encode(WeightedPrompt.parse("a ".repeat(73) + "(<cat toy>:2) a"));

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).ids()[74]).isEqualTo(clip.encode("")[1]);
        assertThat(chunks.get(1).ids()).startsWith(clip.encode("")[0], 49_408, 49_409, 49_410);
        assertThat(chunks.get(1).weights()).startsWith(1, 2, 2, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"a CAT sits, true", "cat, true", "category, false", "bobcat, false", "cat_2, false", "'cat,', true"})
    void encode_addedWord_isFoundWhereItStandsAlone(String prompt, boolean isFound) {
        ClipTokenizer clip = ClipTokenizer.clip().withWord(new AddedWord("cat", 49_408, 1, "sha256:ab"));

        assertThat(Arrays.stream(clip.encode(prompt)).anyMatch(id -> id == 49_408))
                .isEqualTo(isFound);
        assertThat(clip.addedWordsIn(prompt)).hasSize(isFound ? 1 : 0);
        assertThat(clip.vocabularySize()).isEqualTo(49_409);
    }

    @Test
    void encode_severalAddedWords_theLongestIsMeant() {
        ClipTokenizer clip = ClipTokenizer.clip()
                .withWord(new AddedWord("bad", 49_408, 1, ""))
                .withWord(new AddedWord("bad-hands", 49_409, 1, ""));

        assertThat(clip.encode("bad-hands bad")).startsWith(clip.encode("")[0], 49_409, 49_408);
        assertThat(clip.addedWordsIn("bad, bad-hands, bad"))
                .extracting(AddedWord::word)
                .containsExactly("bad", "bad-hands");
    }

    @Test
    void withWord_thatCannotBe_isRefused() {
        ClipTokenizer clip = ClipTokenizer.clip();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.withWord(new AddedWord("cat", 49_408, 76, "")))
                .withMessage("expected an embedding of at most 75 vectors for cat, but was 76");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddedWord(" ", 0, 1, ""))
                .withMessage("expected a word for an embedding, but was ' '");
        assertThatIllegalArgumentException().isThrownBy(() -> new AddedWord("<|EndOfText|>", 0, 1, ""));
    }
}
