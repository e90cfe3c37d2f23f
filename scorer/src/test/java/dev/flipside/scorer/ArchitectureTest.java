package dev.flipside.scorer;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.scorer");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(
        Map.of(
            "scorer.rescoring.CascadePolicy",
            "the states of an image and what each result changes"));
  }

  @Test
  void onnxRuntime_isKnownToInferenceAlone() {
    HouseRules.only(
            new String[] {"..scorer.inference.."}, "sessions are opened there", "ai.onnxruntime..")
        .check(CLASSES);
  }

  @Test
  void openCv_isKnownToImageAlone() {
    HouseRules.only(
            new String[] {"..scorer.image.."},
            "native images stay there",
            "org.opencv..",
            "org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void scorer_knowsNoDatabaseOrNetwork() {
    HouseRules.unaware(
            "the campaign store belongs to the service",
            "java.sql..",
            "javax.sql..",
            "org.flywaydb..",
            "io.agroal..",
            "java.net.http..",
            "ai.djl..")
        .check(CLASSES);
  }
}
