package org.lamp4j.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Nothing is written but by package {@code files}, which does it whole or not at all. */
class WritingTest {

    private static final Set<String> METHODS_THAT_WRITE = Set.of(
            "write",
            "writeString",
            "newOutputStream",
            "newBufferedWriter",
            "copy",
            "createFile",
            "createTempFile",
            "createTempDirectory");

    private static final Set<String> OPTIONS_TO_WRITE =
            Set.of("WRITE", "APPEND", "CREATE", "CREATE_NEW", "TRUNCATE_EXISTING");

    private static final Set<Class<?>> WRITERS = Set.of(
            FileOutputStream.class, FileWriter.class, RandomAccessFile.class, PrintStream.class, PrintWriter.class);

    /**
     * What tests are made of, a switch of the kernel that looks like a file, and libraries that are gone once they are
     * loaded.
     */
    private static final Set<String> EXCEPTIONS = Set.of(
            "org.lamp4j.fuzz",
            "org.lamp4j.fixtures",
            "org.lamp4j.standin",
            "org.lamp4j.examples.bench.ProcessMemory",
            "org.lamp4j.onnx.runtime.NativeLibraries");

    private static boolean writes(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        String name = access.getTarget().getName();
        if (owner.equals(Files.class.getName())) {
            return METHODS_THAT_WRITE.contains(name);
        }
        if (owner.equals(StandardOpenOption.class.getName())) {
            return OPTIONS_TO_WRITE.contains(name);
        }
        if (owner.equals(ImageIO.class.getName())) {
            return access.getTarget() instanceof CodeUnitCallTarget target
                    && target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(File.class));
        }
        if (owner.equals(File.class.getName())) {
            return name.equals("createTempFile") || name.equals("createNewFile");
        }
        return WRITERS.stream().anyMatch(writer -> owner.equals(writer.getName()))
                && name.equals("<init>")
                && (takes(access, File.class) || takes(access, String.class));
    }

    /** Writes in each of the ways that the rule knows. */
    @SuppressWarnings("UnusedMethod")
    private static final class Offender {

        static void files(Path file) throws IOException {
            Files.writeString(file, "text");
        }

        static void stream(Path file) throws IOException {
            new FileOutputStream(file.toFile()).close();
        }

        static void channel(Path file) throws IOException {
            FileChannel.open(file, StandardOpenOption.WRITE).close();
        }

        static void image(Path file, BufferedImage image) throws IOException {
            ImageIO.write(image, "png", file.toFile());
        }

        static void printer(String file) throws IOException {
            new PrintWriter(file, StandardCharsets.UTF_8).close();
        }
    }

    private static boolean takes(JavaAccess<?> access, Class<?> type) {
        return access.getTarget() instanceof CodeUnitCallTarget target
                && target.getRawParameterTypes().get(0).isEquivalentTo(type);
    }

    private static boolean isException(String name) {
        return EXCEPTIONS.stream().anyMatch(name::startsWith);
    }

    private static ArchRule rule() {
        return noClasses()
                .that(describe("are no exceptions", (JavaClass type) -> !isException(type.getFullName())))
                .and()
                .resideOutsideOfPackage("org.lamp4j.files")
                .should()
                .accessTargetWhere(describe("writes a file", WritingTest::writes));
    }

    @Test
    void mainClasses_writeThroughPackageFilesOnly() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.lamp4j");

        rule().check(classes);
    }

    @Test
    void classThatWritesInFiveWays_isFoundFiveTimes() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);

        assertThat(rule().evaluate(offender).getFailureReport().getDetails()).hasSize(5);
    }
}
