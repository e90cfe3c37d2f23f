package dev.flipside.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.flipside.trainer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule boundary =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "java.net.http..", "ai.onnxruntime..", "org.opencv..")
          .because(
              "the trainer knows neither the command line nor HTTP, and reads images and runs models through the scorer");

  @ArchTest
  static final ArchRule factorsOutliveTheForwardPass =
      noClasses()
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class)
          .orShould()
          .callMethod(NDArray.class, "pow", Number.class)
          .orShould()
          .callMethod(NDArray.class, "muli", Number.class)
          .orShould()
          .callMethod(NDArray.class, "divi", Number.class)
          .orShould()
          .callMethod(NDArray.class, "powi", Number.class)
          .because(
              "the backward pass reads the number again, and the engine leaves it in memory that the collector may have taken by then; Torch.scaled keeps it");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.flipside.trainer.(*)..").should().beFreeOfCycles();

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
