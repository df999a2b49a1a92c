package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that sets a setting of the Java API has the setter's name in its own spelling. Where it has not, the
 * difference stands here with its reason; what sets nothing stands here, too, so that a new option is put into one
 * place or the other.
 */
class OptionNamesTest {

    /** A setter of another name than the options that set it, which may be none, and why. */
    private record Different(String setter, Set<String> options, String reason) {

        static Different of(String setter, String options, String reason) {
            return new Different(setter, words(options), reason);
        }
    }

    /**
     * A command, the builder it fills, where their names differ, and its options that set nothing there. A command that
     * fills two has a case for each.
     */
    private record Case(String command, Class<?> builder, List<Different> differences, Set<String> others) {

        @Override
        public String toString() {
            return command + " " + builder.getSimpleName();
        }
    }

    private static final String PROGRESS = "a command shows progress by itself";
    private static final String FILE_ONLY = "set by a file of --config only";
    private static final String LIKE_THE_CLIP = "the clip that is there says it";
    private static final String NOT_USED = "new frames begin with the latents of the clip that is there";
    private static final String NOT_OFFERED = "no option; the default is taken";

    private static final String MODEL =
            "--model --prediction-type --lora --embedding --device --memory-budget --threads --cuda-search --cuda-arena --cuda-memory --cuda-reproducible";
    private static final String CLIP = "--output --overwrite --enlarge";
    private static final String PREVIEW = "--preview --preview-every --preview-decoder";

    private static final List<Different> REMAKING = List.of(
            Different.of("frameSize", "", LIKE_THE_CLIP),
            Different.of("framesPerSecond", "", LIKE_THE_CLIP),
            Different.of("listener", "", PROGRESS));

    static final List<Case> CASES = List.of(
            new Case(
                    "train",
                    TrainingOptionsBuilder.class,
                    List.of(
                            Different.of(
                                    "validation",
                                    "--validate-every --validate-images --validate-prompt --validate-output"
                                            + " --validate-steps --validate-guidance-scale --validate-prompt-weights"
                                            + " --validate-inversion",
                                    "one setter of an object that holds images"),
                            Different.of("beta1", "", FILE_ONLY),
                            Different.of("beta2", "", FILE_ONLY),
                            Different.of("epsilon", "", FILE_ONLY),
                            Different.of("weightDecay", "", FILE_ONLY),
                            Different.of("maxGradientNorm", "", FILE_ONLY),
                            Different.of("listener", "", PROGRESS)),
                    words(MODEL + " " + PREVIEW + " --config --clips --output --overwrite --float16 --report")),
            new Case(
                    "generate",
                    GenerationOptions.Builder.class,
                    List.of(Different.of("listener", "", PROGRESS)),
                    words(
                            MODEL + " " + CLIP + " " + PREVIEW
                                    + " --motion --any-base --prompt --image --batch --format --skip-existing --shard --report")),
            new Case(
                    "extend",
                    GenerationOptions.Builder.class,
                    with(REMAKING, Different.of("noiseSharing", "", NOT_OFFERED)),
                    words(MODEL + " " + CLIP + " " + PREVIEW
                            + " --motion --any-base --video --prompt --by --overlap --redraw")),
            new Case(
                    "smooth",
                    GenerationOptions.Builder.class,
                    with(REMAKING, Different.of("noiseSharing", "", NOT_USED)),
                    words(MODEL + " " + CLIP + " " + PREVIEW + " --motion --any-base --video --prompt --strength")),
            new Case(
                    "enlarge",
                    GenerationOptions.Builder.class,
                    List.of(
                            Different.of("framesPerSecond", "", LIKE_THE_CLIP),
                            Different.of("listener", "", PROGRESS),
                            Different.of("noiseSharing", "", NOT_OFFERED)),
                    words(MODEL + " " + CLIP + " " + PREVIEW
                            + " --motion --any-base --video --prompt --image --strength --overlap --tile-size")),
            new Case(
                    "edit",
                    GenerationOptions.Builder.class,
                    List.of(
                            Different.of("framesPerSecond", "", NOT_OFFERED),
                            Different.of("sampler", "", "an inversion is one of DDIM"),
                            Different.of("timestepSpacing", "", NOT_OFFERED),
                            Different.of("guidanceStart", "", NOT_OFFERED),
                            Different.of("negativePrompt", "", NOT_OFFERED),
                            Different.of("deepCache", "", NOT_OFFERED),
                            Different.of("noiseSharing", "", NOT_USED),
                            Different.of("adaInStart", "", NOT_OFFERED),
                            Different.of("withoutAdaIn", "", NOT_OFFERED),
                            Different.of("withoutHistogramMatching", "", NOT_OFFERED),
                            Different.of("listener", "", PROGRESS)),
                    words(MODEL + " " + CLIP + " " + PREVIEW
                            + " --video --caption --prompt --image --frame-stride --training-steps"
                            + " --learning-rate")));

    @ParameterizedTest
    @FieldSource("CASES")
    void options_ofASetting_haveTheSettersName(Case example) {
        Set<String> expected = new TreeSet<>(example.others());
        Set<String> sameName = setters(example.builder());
        for (Different different : example.differences()) {
            assertThat(sameName.remove(different.setter()))
                    .as("expected a setter, once, but was " + different)
                    .isTrue();
            expected.addAll(different.options());
        }
        sameName.forEach(setter -> expected.add(option(setter)));

        assertThat(options(example.command())).isEqualTo(expected);
    }

    /** What has the setter's name needs no reason, and what needs none is not to stand among the differences. */
    @ParameterizedTest
    @FieldSource("CASES")
    void differences_all_areDifferent(Case example) {
        assertThat(example.differences())
                .noneMatch(different -> different.options().equals(Set.of(option(different.setter()))))
                .allSatisfy(different -> assertThat(different.reason()).isNotBlank());
    }

    @Test
    void option_ofASetter_itsNameInTheSpellingOfTheCommandLine() {
        assertThat(Stream.of("steps", "maxClipFrames", "adaInStart", "withoutAdaIn", "promptSyntax")
                        .map(OptionNamesTest::option))
                .containsExactly("--steps", "--max-clip-frames", "--adain-start", "--no-adain", "--prompt-weights");
    }

    /** AdaIN is one word, what turns something off begins with "no", and the syntax beside the plain one is weights. */
    static String option(String setter) {
        String words = setter.replace("AdaIn", "Adain")
                .replace("adaIn", "adain")
                .replace("promptSyntax", "promptWeights")
                .replaceAll("^without", "no");
        return "--" + words.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    static Set<String> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> options(String command) {
        CommandSpec spec =
                CommandRun.commandLine().getSubcommands().get(command).getCommandSpec();
        Set<String> names = spec.options().stream()
                .filter(option -> !option.inherited())
                .map(OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));
        names.removeAll(words("--help --version"));
        return names;
    }

    private static List<Different> with(List<Different> some, Different... more) {
        return Stream.concat(some.stream(), Arrays.stream(more)).toList();
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
