package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.config.LampConfig;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import picocli.CommandLine;

/**
 * Walks over all settings of training and generating: each is the same in the options' record, its builder, a file of
 * LAMP's own program, the command line, and what is kept with a pattern or clip. A setting that is added fails here
 * until it has its row.
 */
class SettingsTest {

    private static final RgbImage GREY = RgbImage.of(new FrameSize(32, 16), new byte[3 * 32 * 16]);

    /** What is set, but is no value that a text could say. */
    private static final List<String> OBJECTS = List.of("validation", "listener");

    /** Files and folders are for whoever reads the JSON to say, and what becomes of checkpoints with them. */
    private static final List<String> NOT_IN_JSON = List.of("checkpoint", "keepCheckpoints", "resume", "startFrom");

    @TempDir
    Path folder;

    /** A setting, and the options it is one of. */
    private record Row(Class<?> options, Setting setting) {

        Record built() throws ReflectiveOperationException {
            return SettingsTest.built(options, withNeeds());
        }

        Record builtWithout() throws ReflectiveOperationException {
            return SettingsTest.built(options, needed().stream().toList());
        }

        List<Setting> withNeeds() {
            return Stream.concat(needed().stream(), Stream.of(setting)).toList();
        }

        private Optional<Setting> needed() {
            return setting.needs()
                    .map(name -> rows(options)
                            .filter(row -> row.setting.name().equals(name))
                            .findFirst()
                            .orElseThrow()
                            .setting);
        }

        @Override
        public String toString() {
            return options.getSimpleName() + " " + setting;
        }
    }

    static Stream<Row> rows() {
        return Stream.concat(rows(TrainingOptions.class), rows(GenerationOptions.class));
    }

    private static Stream<Row> rows(Class<?> options) {
        List<Setting> settings = options == TrainingOptions.class ? Setting.TRAINING : Setting.GENERATION;
        return settings.stream().map(setting -> new Row(options, setting));
    }

    private static Record built(Class<?> options, Collection<Setting> settings) throws ReflectiveOperationException {
        Object builder = options.getMethod("newBuilder").invoke(null);
        for (Setting setting : settings) {
            Method setter = Arrays.stream(builder.getClass().getMethods())
                    .filter(method -> method.getName().equals(setting.name()))
                    .findFirst()
                    .orElseThrow();
            setter.invoke(builder, setting.value().stream().toArray());
        }
        return (Record) builder.getClass().getMethod("build").invoke(builder);
    }

    /** Returns all components that are no groups, by name. */
    private static Map<String, Object> components(Record options) throws ReflectiveOperationException {
        Map<String, Object> components = new TreeMap<>();
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            Object value = component.getAccessor().invoke(options);
            if (value instanceof Record group && group.getClass().isMemberClass()) {
                components.putAll(components(group));
            } else {
                components.put(component.getName(), value);
            }
        }
        return components;
    }

    @Test
    void settings_all_haveARow() throws ReflectiveOperationException {
        for (Class<?> options : List.of(TrainingOptions.class, GenerationOptions.class)) {
            Set<String> names = new TreeSet<>();
            Set<String> components = new TreeSet<>();
            rows(options).map(Row::setting).forEach(setting -> {
                names.add(setting.name());
                components.add(setting.component());
            });
            Set<String> objects = new TreeSet<>(OBJECTS);
            objects.retainAll(components(built(options, List.of())).keySet());
            names.addAll(objects);
            components.addAll(objects);

            assertThat(names)
                    .isEqualTo(OptionNamesTest.setters(
                            options.getMethod("newBuilder").getReturnType()));
            assertThat(components)
                    .isEqualTo(components(built(options, List.of())).keySet());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void setter_anotherValue_arrivesInItsComponentAlone(Row row) throws ReflectiveOperationException {
        Map<String, Object> without = components(row.builtWithout());
        Map<String, Object> with = components(row.built());

        with.entrySet().removeAll(without.entrySet());
        assertThat(with).containsOnlyKeys(row.setting().component());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void option_sameValue_sameOptionsAsTheSetter(Row row) throws IOException, ReflectiveOperationException {
        List<String> arguments = new ArrayList<>();
        row.withNeeds().forEach(setting -> arguments.addAll(setting.arguments()));
        String spelled = OptionNamesTest.option(row.setting().name());

        assertThat(parsed(row.options(), List.of())
                        .getCommandSpec()
                        .optionsMap()
                        .containsKey(spelled))
                .isEqualTo(row.setting().option().isPresent());
        if (row.setting().option().isPresent()) {
            assertThat(options(parsed(row.options(), arguments))).isEqualTo(row.built());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void file_sameValue_sameOptionsAsTheSetter(Row row) throws IOException, ReflectiveOperationException {
        if (row.setting().yaml().isEmpty()) {
            return;
        }
        LampConfig config = LampConfig.read(
                Files.writeString(folder.resolve("lamp.yaml"), row.setting().yaml()));

        assertThat(
                        row.options() == TrainingOptions.class
                                ? config.training()
                                : config.validation().options())
                .isEqualTo(row.built());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void json_sameValue_sameOptionsAsTheSetter(Row row) throws IOException, ReflectiveOperationException {
        String name = row.setting().name();
        if (NOT_IN_JSON.contains(name)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JsonOptions.training("{\"" + name + "\": 1}"))
                    .withMessageContaining("but was " + name);
            return;
        }
        ObjectNode json = new ObjectMapper().createObjectNode();
        for (Setting setting : row.withNeeds()) {
            if (!NOT_IN_JSON.contains(setting.name())) {
                json.set(setting.name(), setting.json());
            }
        }

        if (row.options() == GenerationOptions.class) {
            assertThat(JsonOptions.generation(
                                    json.toString(),
                                    GenerationOptions.newBuilder().build())
                            .build())
                    .isEqualTo(row.built());
        } else {
            TrainingOptionsBuilder options = JsonOptions.training(json.toString());
            row.needed()
                    .filter(needed -> needed.name().equals("checkpoint"))
                    .ifPresent(
                            needed -> options.checkpoint((Path) needed.value().orElseThrow()));
            assertThat(options.build()).isEqualTo(row.built());
        }
    }

    @Test
    void options_noneGiven_areTheDefaultsOfTheApi() throws IOException {
        String clip = "--model m --motion p --video v --prompt x --output o";
        GenerationOptions usual = GenerationOptions.newBuilder().build();

        assertThat(options(parsed(TrainingOptions.class, List.of())))
                .isEqualTo(TrainingOptions.newBuilder().build());
        assertThat(options(parsed(GenerationOptions.class, List.of()))).isEqualTo(usual);
        assertThat(((ExistingClip) parsed("extend", clip + " --by 1")
                                .getCommandSpec()
                                .mixins()
                                .get("clip")
                                .userObject())
                        .settings()
                        .build())
                .isEqualTo(usual);
        EditCommand edit = parsed("edit", "--model m --video v --caption c --prompt x --image i --output o")
                .getCommand();
        assertThat(edit.trainingSettings().build())
                .isEqualTo(TrainingOptions.forEditing().build());
        assertThat(edit.generationSettings().build())
                .isEqualTo(GenerationOptions.forEditing().build());
    }

    @Test
    void provenance_everySettingSet_holdsAllThatDecideTheResult() throws IOException, ReflectiveOperationException {
        List<Setting> training = Setting.TRAINING.stream()
                .filter(setting -> !List.of("checkpoint", "checkpointEvery", "keepCheckpoints", "resume", "startFrom")
                        .contains(setting.name()))
                .toList();
        TrainingClips clips = TrainingClips.of(
                List.of(TrainingClip.of("grey", VideoClip.of(Collections.nCopies(3, GREY), 8), "a grey square")));
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            MotionPattern pattern =
                    MotionPattern.train(backbone, clips, (TrainingOptions) built(TrainingOptions.class, training));
            Map<String, String> kept = new TreeMap<>();
            JsonNode json = new ObjectMapper().readTree(pattern.provenance().get("options"));
            json.properties()
                    .forEach(field -> kept.put(
                            field.getKey(),
                            field.getValue().isValueNode()
                                    ? field.getValue().asText()
                                    : field.getValue().toString()));
            kept.put("seed", pattern.provenance().get("seed"));
            assertThat(kept).isEqualTo(provenance(training));

            for (String other : List.of("adaInStart", "withoutAdaIn")) {
                List<Setting> generation = Setting.GENERATION.stream()
                        .filter(setting -> !setting.name().equals(other))
                        .toList();
                assertThat(pattern.generate("a grey square", GREY, (GenerationOptions)
                                        built(GenerationOptions.class, generation))
                                .provenance())
                        .containsAllEntriesOf(provenance(generation))
                        .hasSize(provenance(generation).size()
                                + List.of("prompt", "pattern", "pattern_steps", "base_fingerprint", "library_version")
                                        .size());
            }
        }
    }

    private static Map<String, String> provenance(List<Setting> settings) {
        return settings.stream()
                .flatMap(setting -> setting.provenance().entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The default of each setting stands beside its meaning, too. */
    @Test
    void javadoc_defaults_areThoseOfTheOptions() throws IOException, ReflectiveOperationException {
        Pattern stated = Pattern.compile("@param (\\w+) [^@]*?; ([^;@]+?) unless set");
        int found = 0;
        for (Class<?> options : List.of(TrainingOptions.class, GenerationOptions.class)) {
            String source = Files.readString(Path.of("../lamp-core/src/main/java")
                    .resolve(options.getName().replace('.', '/') + ".java"));
            Map<String, Object> defaults = components(built(options, List.of()));
            Matcher matcher = stated.matcher(source.replaceAll("\\s+\\* ?\\s*", " "));
            while (matcher.find()) {
                String name = matcher.group(1);
                if (defaults.get(name) instanceof Number
                        || defaults.get(name) instanceof Enum<?>
                        || defaults.get(name) instanceof FrameSize) {
                    assertThat(matcher.group(2).replace(" ", ""))
                            .as(name)
                            .isEqualTo(defaults.get(name).toString());
                    found++;
                }
            }
        }
        assertThat(found).isGreaterThan(20);
    }

    private static CommandLine parsed(Class<?> options, List<String> arguments) {
        return options == TrainingOptions.class
                ? parsed("train", arguments.stream())
                : parsed(
                        "generate",
                        Stream.concat(Stream.of("--model", "m", "--motion", "p", "--output", "o"), arguments.stream()));
    }

    private static CommandLine parsed(String command, String arguments) {
        return parsed(command, Stream.of(arguments.split(" ")));
    }

    private static CommandLine parsed(String command, Stream<String> arguments) {
        CommandLine line = OptionTypes.registerIn(CommandRun.commandLine()).setCaseInsensitiveEnumValuesAllowed(true);
        line.parseArgs(Stream.concat(Stream.of(command), arguments).toArray(String[]::new));
        return line.getSubcommands().get(command);
    }

    private static Record options(CommandLine command) throws IOException {
        return command.getCommand() instanceof TrainCommand train
                ? train.settings(LampConfig.paper()).build()
                : ((GenerateCommand) command.getCommand()).settings().build();
    }
}
