package org.lamp4j.testing;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The test kit brings nothing to a user's project but the library and JUnit, and calls the library as a user does. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.lamp4j.testing");

    @Test
    void module_dependencies_areLampCoreAndJUnit() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..", "org.jspecify.annotations", "org.junit.jupiter.api..", "org.lamp4j..")
                        .and(not(resideInAnyPackage(
                                "org.lamp4j.onnx..",
                                "org.lamp4j.video..",
                                "org.lamp4j.spi..",
                                "org.lamp4j.examples.."))))
                .check(CLASSES);
    }
}
