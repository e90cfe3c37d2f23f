package dev.flipside.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.flipside.api");

  @Test
  void packages_dependOnOneAnother_withoutCycles() {
    slices().matching("dev.flipside.api.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void service_knowsNoNativeLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "org.opencv..", "ai.djl..")
        .because("sessions and images belong to the scorer")
        .check(CLASSES);
  }

  @Test
  void databases_areKnownToTheCampaignStoreAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.flipside.api.campaign.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.sql..", "javax.sql..", "org.flywaydb..", "io.agroal..", "io.quarkus.agroal..")
        .check(CLASSES);
  }

  @Test
  void wire_andDomain_resourcesAloneFaceTheNetwork() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Resource")
        .should()
        .beAnnotatedWith(jakarta.ws.rs.Path.class)
        .check(CLASSES);
  }
}
