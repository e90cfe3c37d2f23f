package dev.flipside.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.api");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(Map.of());
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
