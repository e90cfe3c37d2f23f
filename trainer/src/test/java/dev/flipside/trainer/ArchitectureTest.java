package dev.flipside.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.trainer");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(Map.of());
  }

  @Test
  void trainer_readsImagesAndRunsModelsThroughTheScorer() {
    HouseRules.unaware(
            "the trainer knows neither the command line nor HTTP, and reads images and runs models"
                + " through the scorer",
            "picocli..",
            "java.net.http..",
            "ai.onnxruntime..",
            "org.opencv..")
        .check(CLASSES);
  }

  @Test
  void libtorch_isSwitchedInEngineAlone() {
    HouseRules.only(
            new String[] {"..trainer.engine.."},
            "the engine is started, checked and switched there",
            "com.sun.jna..",
            "ai.djl.pytorch..")
        .check(CLASSES);
  }

  @Test
  void factors_outliveTheForwardPass() {
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
            "backward() reads the number again, and the engine keeps it in Java memory that may be"
                + " collected by then; use Torch.scaled")
        .check(CLASSES);
  }
}
