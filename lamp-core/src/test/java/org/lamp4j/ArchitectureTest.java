package org.lamp4j;

import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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

    /** {@link Device} and {@link GradientCheckpointing} are values that users and backends share; they use nothing else. */
    @ParameterizedTest
    @CsvSource({
        "training, spi diffusion generation csv modelfile provenance media tensor files",
        "generation, spi diffusion csv media tensor",
        "diffusion, modelfile tensor",
        "text, files modelfile",
        "modelfile, files",
        "csv, modelfile",
        "config, training generation media modelfile",
        "media, tensor files",
        "tensor, ''",
        "files, ''",
        "provenance, spi diffusion",
        "evaluation, media tensor",
        "spi, tensor media"
    })
    void package_dependencies_areThoseOfTheTable(String name, String mayUse) {
        String[] allowed = Arrays.stream((name + " " + mayUse).strip().split(" "))
                .map(part -> "org.lamp4j." + part)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("org.lamp4j." + name)
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages("org.lamp4j..")
                        .or(resideInAnyPackage(allowed))
                        .or(equivalentTo(Device.class))
                        .or(equivalentTo(Device.Kind.class))
                        .or(equivalentTo(Device.Precision.class))
                        .or(equivalentTo(GradientCheckpointing.class)))
                .check(CLASSES);
    }

    @Test
    void packages_cycles_doNotExist() {
        slices().matching("org.lamp4j.(*)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void module_thirdParties_areTheJdkAndJackson() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "org.lamp4j..",
                        "java..",
                        "javax.imageio..",
                        "com.sun.management..",
                        "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.databind..",
                        "com.fasterxml.jackson.dataformat.yaml.."))
                .check(CLASSES);
    }
}
