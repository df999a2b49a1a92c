package org.lamp4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.training.TrainingOptions;

/** What is refused; that each option arrives where it should is held for all of them by SettingsTest. */
class JsonOptionsTest {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().steps(7).seed(3).build();

    @Test
    void generation_nothingSaid_theDefaults() {
        assertThat(JsonOptions.generation("{}", DEFAULTS).build()).isEqualTo(DEFAULTS);
    }

    @Test
    void generation_switchThatIsOff_theDefault() {
        assertThat(JsonOptions.generation("{\"withoutAdaIn\": false}", DEFAULTS).build())
                .isEqualTo(DEFAULTS);
    }

    @Test
    void generation_seed_replacesThatOfTheDefaults() {
        assertThat(JsonOptions.generation("{\"seed\": 4}", DEFAULTS).build().seed())
                .isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"steps\": 2.5}|expected a whole number, but was 2.5 (option steps)",
                "{\"steps\": \"2\"}|expected a whole number, but was \"2\" (option steps)",
                "{\"steps\": 0}|expected 1 or more steps, but was 0 (option steps)",
                "{\"seed\": 1e3}|expected a whole number, but was 1000.0 (option seed)",
                "{\"guidanceScale\": null}|expected a number, but was null (option guidanceScale)",
                "{\"frameSize\": \"512\"}|expected a size like 512x320, of sides up to 99999, but was 512 (option frameSize)",
                "{\"promptSyntax\": \"odd\"}|expected one of PLAIN, WEIGHTED, but was \"odd\" (option promptSyntax)",
                "{\"withoutAdaIn\": 1}|expected true or false, but was 1 (option withoutAdaIn)",
                "{\"negativePrompt\": 1}|expected a text, but was 1 (option negativePrompt)",
                "[]|expected options as a JSON object, but was []",
            })
    void generation_valueThatDoesNotFit_isRefused(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonOptions.generation(json, DEFAULTS))
                .withMessage(message);
    }

    @Test
    void generation_sameSettingUnderTwoNames_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonOptions.generation("{\"adaInStart\": 0.5, \"withoutAdaIn\": true}", DEFAULTS))
                .withMessage("expected adaInStart to be set once, but was set again (option withoutAdaIn)");
    }

    @Test
    void generation_noJson_isRefused() {
        for (String json : new String[] {"", "steps: 2", "{\"steps\": 2", "{} {}", "{\"steps\": 1, \"steps\": 2}"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JsonOptions.generation(json, DEFAULTS))
                    .withMessageStartingWith("expected options as a JSON object, but was " + json);
        }
    }

    @Test
    void training_unknownName_theNearestIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonOptions.training("{\"checkpointsEvery\": 2}"))
                .withMessageStartingWith("expected one of alpha, batchSize, ")
                .withMessageEndingWith("but was checkpointsEvery, the nearest is checkpointEvery (options)");
    }

    @Test
    void training_modulesThatAreNoTexts_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonOptions.training("{\"trainableModules\": [1]}"))
                .withMessage("expected a text, but was 1 (option trainableModules)");
        assertThat(JsonOptions.training("{}").build())
                .isEqualTo(TrainingOptions.newBuilder().build());
    }
}
