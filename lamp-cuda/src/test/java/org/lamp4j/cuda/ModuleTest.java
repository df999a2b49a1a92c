package org.lamp4j.cuda;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;

class ModuleTest {

    private static ModuleReference module() throws URISyntaxException {
        Path place = Path.of(CApiMemoryProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return ModuleFinder.of(place).findAll().iterator().next();
    }

    /** The one is for the module path, the other for the class path. */
    @Test
    void module_providers_areThoseOfTheServiceFileAndNothingIsExported() throws Exception {
        ModuleDescriptor descriptor = module().descriptor();

        assertThat(descriptor.exports()).isEmpty();
        assertThat(descriptor.provides())
                .singleElement()
                .extracting(ModuleDescriptor.Provides::providers)
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .containsExactly(serviceFile());
    }

    private static String serviceFile() throws IOException, URISyntaxException {
        try (ModuleReader reader = module().open();
                InputStream file = reader.open("META-INF/services/" + DeviceMemoryProvider.class.getName())
                        .orElseThrow()) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void provider_onTheClassPath_isFound() {
        assertThat(ServiceLoader.load(DeviceMemoryProvider.class))
                .singleElement()
                .isInstanceOf(CApiMemoryProvider.class);
    }

    /** The binding's private members are lamp-onnx's affair; this module knows addresses only. */
    @Test
    void module_dependencies_areJnaAndThePortOfLampOnnx() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations",
                        "com.sun.jna..",
                        "org.lamp4j.onnx.spi",
                        "org.lamp4j.cuda"))
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.lamp4j.cuda"));
    }
}
