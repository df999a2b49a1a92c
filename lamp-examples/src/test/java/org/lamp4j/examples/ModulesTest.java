package org.lamp4j.examples;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.media.RgbImage;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.video.MediaWriter;

/** Holds what the modules export, and that nothing in an exported signature is hidden from who sees it. */
class ModulesTest {

    private static final List<ModuleReference> MODULES = Stream.of(
                    Backbone.class, OnnxExport.class, MediaWriter.class, EmbeddedModel.class)
            .map(ModulesTest::moduleOf)
            .toList();

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importLocations(MODULES.stream()
                    .map(module -> module.location().orElseThrow())
                    .map(Location::of)
                    .toList());

    private static ModuleReference moduleOf(Class<?> type) {
        try {
            URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
            return ModuleFinder.of(Path.of(place)).findAll().iterator().next();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ModuleReference module(String name) {
        return MODULES.stream()
                .filter(module -> module.descriptor().name().equals("org.lamp4j." + name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> exports(Stream<ModuleReference> modules) {
        return modules.flatMap(module -> module.descriptor().exports().stream())
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @CsvSource({
        "core, '. .config .device .diffusion .errors .evaluation .generation .media .motion .progress .spi .tensor .text"
                + " .training'",
        "onnx, .onnx.clip .onnx.config .onnx.export .onnx.pretraining",
        "video, .video",
        "testing, .testing"
    })
    void module_exports_areTheApi(String name, String packages) {
        assertThat(exports(Stream.of(module(name))))
                .containsExactlyElementsOf(Arrays.stream(packages.split(" "))
                        .map(part -> part.equals(".") ? "org.lamp4j" : "org.lamp4j" + part)
                        .toList());
    }

    @Test
    void module_qualifiedExports_areFilesToTheOtherModulesAndThePortOfLampCuda() {
        assertThat(MODULES.stream()
                        .flatMap(module -> module.descriptor().exports().stream())
                        .filter(ModuleDescriptor.Exports::isQualified)
                        .collect(Collectors.toMap(ModuleDescriptor.Exports::source, ModuleDescriptor.Exports::targets)))
                .isEqualTo(Map.of(
                        "org.lamp4j.files",
                        Set.of("org.lamp4j.onnx", "org.lamp4j.video", "org.lamp4j.testing"),
                        "org.lamp4j.onnx.spi",
                        Set.of("org.lamp4j.cuda")));
    }

    /** The one is for the module path, the other for the class path. */
    @ParameterizedTest
    @ValueSource(strings = {"onnx", "video"})
    void module_providers_areThoseOfItsServiceFiles(String name) throws IOException {
        ModuleDescriptor.Provides provided =
                module(name).descriptor().provides().iterator().next();

        try (ModuleReader reader = module(name).open();
                InputStream file =
                        reader.open("META-INF/services/" + provided.service()).orElseThrow()) {
            assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8)
                            .strip()
                            .lines())
                    .containsExactlyElementsOf(provided.providers());
        }
        assertThat(module("core").descriptor().uses()).contains(provided.service());
    }

    @Test
    void signatures_ofExportedTypes_showExportedTypesOnly() {
        assertThat(hidden(exports(MODULES.stream()))).isEmpty();
    }

    @Test
    void signatures_oneExportLess_areFound() {
        Set<String> fewer = exports(MODULES.stream());
        fewer.remove(RgbImage.class.getPackageName());

        assertThat(hidden(fewer))
                .anyMatch(line -> line.startsWith("org.lamp4j.MotionPattern.generate")
                        && line.endsWith(RgbImage.class.getName()));
    }

    /** Each package of each module is a slice of its own, the root package as well. */
    @Test
    void packages_ofAllModules_areFreeOfCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** Returns a line for each type that an exported signature shows and who reads it cannot name. */
    private static List<String> hidden(Set<String> exported) {
        List<String> lines = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            if (isVisible(type, exported)) {
                type.getSuperclass().ifPresent(parent -> add(lines, type.getFullName(), parent, exported));
                type.getInterfaces().forEach(parent -> add(lines, type.getFullName(), parent, exported));
                type.getTypeParameters().forEach(parameter -> add(lines, type.getFullName(), parameter, exported));
                type.getMembers().stream()
                        .filter(ModulesTest::isPublic)
                        .forEach(member ->
                                shown(member).forEach(part -> add(lines, member.getFullName(), part, exported)));
            }
        }
        return lines;
    }

    private static void add(List<String> lines, String where, JavaType shown, Set<String> exported) {
        shown.getAllInvolvedRawTypes().stream()
                .map(JavaClass::getBaseComponentType)
                .filter(part -> part.getPackageName().startsWith("org.lamp4j"))
                .filter(part -> !isVisible(part, exported))
                .forEach(part -> lines.add(where + " shows " + part.getFullName()));
    }

    private static Stream<JavaType> shown(JavaMember member) {
        if (member instanceof JavaCodeUnit method) {
            return Stream.of(
                            Stream.of(method.getReturnType()),
                            method.getParameterTypes().stream(),
                            method.getTypeParameters().stream(),
                            method.getThrowsClause().getTypes().stream())
                    .flatMap(types -> types);
        }
        return member.getAllInvolvedRawTypes().stream().map(type -> (JavaType) type);
    }

    private static boolean isPublic(JavaMember member) {
        return isPublic(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isPublic(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isVisible(JavaClass type, Set<String> exported) {
        return exported.contains(type.getPackageName())
                && isPublic(type.getModifiers())
                && type.getEnclosingClass()
                        .map(outer -> isVisible(outer, exported))
                        .orElse(true);
    }
}
