package org.lamp4j.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds who may use whom among the examples; the command line, which is not listed, may use all of them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.lamp4j.examples");

    @ParameterizedTest
    @CsvSource({
        "accept, bench drawing evaluate quickstart report verify",
        "bench, ''",
        "drawing, ''",
        "score, ''",
        "verify, ''",
        "evaluate, drawing",
        "pretrain, drawing evaluate",
        "report, ''",
        "quickstart, drawing evaluate report",
        "studio, drawing evaluate quickstart report"
    })
    void package_dependencies_areThoseOfTheTable(String name, String mayUse) {
        String[] allowed = Arrays.stream((name + " " + mayUse).strip().split(" "))
                .map(part -> "org.lamp4j.examples." + part)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("org.lamp4j.examples." + name)
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackages("org.lamp4j.examples..").or(resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    /** What draws, measures and demonstrates does so as a user of the library would. */
    @ParameterizedTest
    @CsvSource({"drawing", "evaluate", "quickstart", "studio"})
    void package_ofTheLibrary_usesThePublicPartOnly(String name) {
        noClasses()
                .that()
                .resideInAPackage("org.lamp4j.examples." + name)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.lamp4j.onnx..")
                .check(CLASSES);
    }

    /** A call that does not pass the library's own classes is one that leaving the process does not wait for. */
    @Test
    void onnxRuntime_isTouchedByTheLibraryOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(CLASSES);
    }

    @Test
    void packages_all_withoutCycles() {
        slices().matching("org.lamp4j.examples.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void work_knowsNoCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..examples.cli", "picocli..", "me.tongfei..")
                .check(CLASSES);
    }

    /** Pre-training is itself a recipe, of more than one file. */
    @Test
    void recipes_useTheLibraryAndPretrainingOnly() {
        classes()
                .that()
                .resideInAPackage("org.lamp4j.examples")
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages("org.lamp4j.examples.*..", "org.lamp4j.onnx..")
                        .or(resideInAnyPackage("org.lamp4j.examples.pretrain")))
                .check(CLASSES);
    }
}
