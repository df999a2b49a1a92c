package org.lamp4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.lamp4j.examples");

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

    @Test
    void recipes_useTheLibraryOnly() {
        noClasses()
                .that()
                .resideInAPackage("org.lamp4j.examples")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.lamp4j.examples.*..", "org.lamp4j.onnx..")
                .check(CLASSES);
    }
}
