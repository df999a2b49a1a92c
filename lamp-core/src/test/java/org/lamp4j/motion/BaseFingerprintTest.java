package org.lamp4j.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.fixtures.LoggedMessages;

class BaseFingerprintTest {

    private static final Path FILE = Path.of("horse.safetensors");

    private static final BaseFingerprint BASE =
            new BaseFingerprint("sha256:net", "epsilon", "linear 0.1 to 0.2 in 3 timesteps", 0.18215f);

    private static PatternMetadata madeWith(BaseFingerprint base) throws ModelFormatException {
        return PatternMetadata.parse(
                PatternMetadata.of(base, OptionalInt.of(1), Map.of()).entries(), FILE);
    }

    private static PatternMetadata ofTheFirstVersion(String network) throws ModelFormatException {
        Map<String, String> entries = new HashMap<>(madeWith(BASE).entries());
        entries.keySet().removeIf(key -> key.startsWith("base_"));
        entries.put("format_version", "1");
        entries.put("base_fingerprint", network);
        return PatternMetadata.parse(entries, FILE);
    }

    @Test
    void value_anyPartChanged_isAnother() {
        Set<String> values = new HashSet<>();
        values.add(BASE.value());
        values.add(new BaseFingerprint("sha256:x", "epsilon", BASE.noiseSchedule(), 0.18215f).value());
        values.add(new BaseFingerprint("sha256:net", "v_prediction", BASE.noiseSchedule(), 0.18215f).value());
        values.add(new BaseFingerprint("sha256:net", "epsilon", "linear 0.1 to 0.2 in 4 timesteps", 0.18215f).value());
        values.add(new BaseFingerprint("sha256:net", "epsilon", BASE.noiseSchedule(), 0.2f).value());

        assertThat(values).hasSize(5).allMatch(value -> value.matches("v2:sha256:[0-9a-f]{64}"));
    }

    private static BaseFingerprint with(String hash, double weight) {
        return BASE.with("sha256:form", List.of(new AppliedLora("ink.safetensors", hash, weight)));
    }

    @Test
    void value_withLora_dependsOnItsContentAndWeightAlone() {
        BaseFingerprint renamed =
                BASE.with("sha256:form", List.of(new AppliedLora("pen.safetensors", "sha256:a", 0.5)));

        assertThat(List.of(
                        BASE.value(),
                        with("sha256:a", 0.5).value(),
                        with("sha256:b", 0.5).value(),
                        with("sha256:a", 1).value()))
                .doesNotHaveDuplicates();
        assertThat(renamed.value()).isEqualTo(with("sha256:a", 0.5).value());
        assertThat(BASE.with("sha256:form", List.of()).value()).isEqualTo(BASE.value());
    }

    @Test
    void fit_onlyLorasDiffer_isToldFromAnotherModel() throws ModelFormatException {
        BaseFingerprint ink = with("sha256:a", 0.5);
        BaseFingerprint other = new BaseFingerprint("sha256:x", "epsilon", BASE.noiseSchedule(), 0.18215f);

        assertThat(ink.fit(madeWith(ink))).isEqualTo(BaseFingerprint.Fit.SAME);
        assertThat(ink.fit(madeWith(BASE))).isEqualTo(BaseFingerprint.Fit.OTHER_LORAS);
        assertThat(BASE.fit(madeWith(ink))).isEqualTo(BaseFingerprint.Fit.OTHER_LORAS);
        assertThat(with("sha256:a", 1).fit(madeWith(ink))).isEqualTo(BaseFingerprint.Fit.OTHER_LORAS);
        assertThat(ink.fit(ofTheFirstVersion("sha256:net"))).isEqualTo(BaseFingerprint.Fit.OTHER_LORAS);
        assertThat(ink.fit(ofTheFirstVersion("sha256:x"))).isEqualTo(BaseFingerprint.Fit.OTHER);
        assertThat(ink.fit(madeWith(other))).isEqualTo(BaseFingerprint.Fit.OTHER);
        assertThat(other.fit(madeWith(ink))).isEqualTo(BaseFingerprint.Fit.OTHER);
    }

    @Test
    void require_onlyLorasDiffer_namesThem() throws ModelFormatException {
        BaseFingerprint ink = with("sha256:a", 0.5);

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> ink.require(madeWith(BASE), "checkpoint", FILE))
                .withMessage("expected a checkpoint of the base model " + ink.value() + ", but was one of "
                        + BASE.value() + " with LoRA none instead of 0.5 x ink.safetensors (sha256:a) (" + FILE + ")");
    }

    @Test
    void requireArchitecture_fileThatDoesNotSay_isRefused() throws ModelFormatException {
        BaseFingerprint here = BASE.with("sha256:form", List.of());
        here.requireArchitecture(madeWith(with("sha256:a", 0.5)), FILE);

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> here.requireArchitecture(madeWith(BASE), FILE))
                .withMessage(
                        "expected a pattern of a base model with the architecture sha256:form, but was not noted in"
                                + " the file (" + FILE + ")");
    }

    /** Patterns hold it, so that it must never change. */
    @Test
    void value_isTheSameInEachRelease() {
        assertThat(BASE.value())
                .isEqualTo("v2:sha256:47cd8a65329871acdaf5fdb59a35c9d506e5ad2e818e2bf6d748b08ebbb9cfca");
    }

    @Test
    void require_severalPartsDiffer_namesAll() throws ModelFormatException {
        BaseFingerprint other = new BaseFingerprint("sha256:x", "v_prediction", BASE.noiseSchedule(), 0.5f);

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> other.require(madeWith(BASE), "pattern", FILE))
                .withMessage(
                        "expected a pattern of the base model " + other.value() + ", but was one of " + BASE.value()
                                + " with another network, prediction type epsilon instead of v_prediction,"
                                + " latent scale 0.18215 instead of 0.5 (" + FILE + ")");
    }

    @Test
    void require_fileOfTheFirstVersion_isComparedByItsNetworkAndNoted() throws ModelFormatException {
        try (LoggedMessages notes = LoggedMessages.of(BaseFingerprint.class)) {
            BASE.require(madeWith(BASE), "pattern", FILE);
            assertThat(notes.all()).isEmpty();

            BASE.require(ofTheFirstVersion("sha256:net"), "pattern", FILE);
            assertThat(notes.all())
                    .containsExactly(
                            FILE + " does not say which prediction type and noise schedule its base model had; it is"
                                    + " taken to be epsilon, linear 0.1 to 0.2 in 3 timesteps");
        }
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> BASE.require(ofTheFirstVersion("sha256:old"), "checkpoint", FILE))
                .withMessage(
                        "expected a checkpoint of the base model sha256:net, but was one of sha256:old (" + FILE + ")");
    }
}
