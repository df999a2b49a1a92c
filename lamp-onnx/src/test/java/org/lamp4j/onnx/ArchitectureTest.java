package org.lamp4j.onnx;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the table of packages of the architecture: who may use whom, without cycles, and who touches native code. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.lamp4j.onnx");

    @ParameterizedTest
    @CsvSource({
        "weights, ''",
        "graph, ''",
        "op, graph",
        "autodiff, op graph",
        "format, graph weights",
        "layer, op graph weights",
        "config, ''",
        "model, config layer op graph weights",
        "spi, ''",
        "runtime, format graph spi",
        "device, op graph runtime",
        "training, config model autodiff op graph runtime weights",
        "singlefile, config model weights",
        "lora, config singlefile model weights",
        "pretraining, backbone config device lora training runtime model layer op graph weights",
        "clip, config device model layer runtime graph weights",
        "backbone, config device training lora singlefile model layer format runtime graph weights",
        "export, backbone config pretraining singlefile model layer op format graph weights"
    })
    void package_dependencies_areThoseOfTheTable(String name, String mayUse) {
        String[] allowed = Arrays.stream((name + " " + mayUse).strip().split(" "))
                .map(part -> "org.lamp4j.onnx." + part)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("org.lamp4j.onnx." + name)
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackages("org.lamp4j.onnx..").or(resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    /**
     * Of lamp-core, what builds graphs knows tensors, a model's files and what is wrong with them; the ports are for
     * those that fill them.
     */
    @ParameterizedTest
    @CsvSource({"weights", "graph", "op", "autodiff", "format", "layer"})
    void packageThatBuildsGraphs_ofCore_usesTensorsFilesAndErrorsOnly(String name) {
        classes()
                .that()
                .resideInAPackage("org.lamp4j.onnx." + name)
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages("org.lamp4j..")
                        .or(resideInAnyPackage(
                                "org.lamp4j.onnx..", "org.lamp4j.tensor", "org.lamp4j.files", "org.lamp4j.errors")))
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "format, ai.onnx.proto.. com.google.protobuf..",
        "runtime, ai.onnxruntime..",
        "weights, net.razorvine..",
    })
    void thirdParty_isTouchedByOnePackageOnly(String owner, String thirdParty) {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.lamp4j.onnx." + owner)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(thirdParty.split(" "))
                .check(CLASSES);
    }

    @Test
    void packages_cycles_doNotExist() {
        slices().matching("org.lamp4j.onnx.(*)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void thirdParties_areThoseOfTheDependencies() {
        String[] known = Stream.of(
                        "org.lamp4j",
                        "java",
                        "com.sun.management",
                        "ai.onnx.proto",
                        "ai.onnxruntime",
                        "com.google.protobuf",
                        "com.google.common",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson.core",
                        "com.fasterxml.jackson.databind",
                        "net.razorvine")
                .map(name -> name + "..")
                .toArray(String[]::new);
        classes().should().onlyDependOnClassesThat(resideInAnyPackage(known)).check(CLASSES);
    }
}
