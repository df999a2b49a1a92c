package org.lamp4j.video;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.lamp4j.video");

    @Test
    void video_dependsOnMediaPortsAndFfmpegAlone() {
        classes()
                .that()
                .resideInAPackage("org.lamp4j.video..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.lamp4j.video..",
                        "org.lamp4j.errors",
                        "org.lamp4j.files",
                        "org.lamp4j.media",
                        "org.lamp4j.spi",
                        "org.lamp4j.tensor",
                        "org.bytedeco.ffmpeg..",
                        "org.bytedeco.javacpp..",
                        "org.bytedeco.javacv..",
                        "java..",
                        "org.jspecify.annotations")
                .check(CLASSES);
    }

    /** Whoever needs no JavaCV loads none of it. */
    @Test
    void javaCv_isUsedByItsTwoClassesAlone() {
        classes()
                .that(not(belongToAnyOf(GrabbedFrames.class, JavaCvFrames.class)))
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.bytedeco.javacv..")
                .check(CLASSES);
    }

    @Test
    void video_showsNoClassOfFfmpegInItsPublicMethods() {
        classes()
                .that()
                .arePublic()
                .and(not(belongToAnyOf(GrabbedFrames.class, JavaCvFrames.class)))
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.bytedeco..")
                .check(CLASSES);
    }

    @Test
    void packages_areFreeOfCycles() {
        slices().matching("org.lamp4j.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
