package org.lamp4j.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.TokenStreamFactory;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.files.StrictJson;

/**
 * Jackson's factories keep a table of names from text to text, which crafted names fill; so each text has its own
 * parser, made where this is taken care of. This holds for all modules.
 */
class JsonParsersTest {

    @Test
    void parsersOfJsonAndYaml_areMadeInOnePlaceAndKeptNowhere() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("lamp-fuzz")) // reads files of our own
                .importPackages("org.lamp4j");
        DescribedPredicate<JavaClass> makers = assignableTo(TokenStreamFactory.class)
                .or(assignableTo(ObjectCodec.class))
                .or(assignableTo(TSFBuilder.class))
                .or(assignableTo(MapperBuilder.class));
        DescribedPredicate<JavaCall<?>> makesOne = DescribedPredicate.describe(
                "makes a parser or mapper",
                call -> makers.test(call.getTargetOwner())
                        && Set.of("<init>", "builder", "copy").contains(call.getName()));

        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(StrictJson.class.getName())
                .should()
                .callCodeUnitWhere(makesOne)
                .check(all);
        noFields()
                .should()
                .haveRawType(makers.or(assignableTo(ObjectReader.class)).or(assignableTo(ObjectWriter.class)))
                .check(all);
    }
}
