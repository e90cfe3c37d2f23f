package dev.flipside.tools;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.flipside.tools",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule boundary =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.onnxruntime..",
              "org.opencv..",
              "java.sql..",
              "io.quarkus..",
              "dev.flipside.api..")
          .because(
              "tools knows native libraries and databases through the scorer alone, and serves nothing");

  @ArchTest
  static final ArchRule network =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.flipside.tools.remote..", "dev.flipside.tools.dataset..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..")
          .because(
              "the client of the service and the fetching of a data set alone talk to the network");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.flipside.tools.(*)..").should().beFreeOfCycles();

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
