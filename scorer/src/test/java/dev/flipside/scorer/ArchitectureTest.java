package dev.flipside.scorer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.flipside.scorer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule onnxRuntimeOnlyInInference =
      noClasses()
          .that()
          .resideOutsideOfPackage("..scorer.inference..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule openCvOnlyInImage =
      noClasses()
          .that()
          .resideOutsideOfPackage("..scorer.image..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.opencv..", "org.bytedeco..");

  @ArchTest
  static final ArchRule noDatabases =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "io.agroal..")
          .because("the campaign store belongs to the service");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.flipside.(scorer.*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noMutableStatics =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveName("$assertionsDisabled")
          .and()
          .doNotHaveName("$jacocoData")
          .should()
          .beFinal();
}
