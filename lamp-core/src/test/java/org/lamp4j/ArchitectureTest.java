package org.lamp4j;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the table of packages of the architecture: who may use whom, without cycles and without native code. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("lamp-fuzz"))
            .importPackages("org.lamp4j");

    @ParameterizedTest
    @CsvSource({
        "training.loop, training generation generation.pipeline errors progress spi motion diffusion media tensor files",
        "generation.pipeline, generation errors progress spi motion diffusion text media tensor files",
        "training, progress device motion diffusion generation media tensor files",
        "generation, progress diffusion media files",
        "config, training generation diffusion media device files",
        "evaluation, media tensor",
        "spi, errors device motion diffusion text tensor",
        "motion, errors diffusion tensor files",
        "diffusion, errors tensor files",
        "media, errors tensor files",
        "text, errors files",
        "device, ''",
        "tensor, ''",
        "files, errors",
        "errors, ''",
        "progress, ''"
    })
    void package_dependencies_areThoseOfTheTable(String name, String mayUse) {
        String[] allowed = Arrays.stream((name + " " + mayUse).strip().split(" "))
                .map(part -> "org.lamp4j." + part)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("org.lamp4j." + name)
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages("org.lamp4j..").or(resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    /** Each package is a slice of its own, the root package as well. */
    @Test
    void packages_cycles_doNotExist() {
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

    @Test
    void module_thirdParties_areTheJdkJacksonAndJspecify() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "org.lamp4j..",
                        "java..",
                        "javax.imageio..",
                        "com.sun.management..",
                        "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.databind..",
                        "com.fasterxml.jackson.dataformat.yaml..",
                        "org.jspecify.annotations"))
                .check(CLASSES);
    }
}
