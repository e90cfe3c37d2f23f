package dev.flipside.models;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.models");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(
        Map.of(
            "models.shape.ShapeRules", "a table: one rule per ONNX operator",
            "models.quantization.Quantization",
                "one rewrite of the graph, node kind by node kind"));
  }

  @Test
  void models_knowsNoNativeCodeDatabaseOrNetwork() {
    HouseRules.unaware(
            "models knows no native code, database or network",
            "ai.djl..",
            "ai.onnxruntime..",
            "org.opencv..",
            "org.bytedeco..",
            "java.sql..",
            "java.net.http..")
        .check(CLASSES);
  }
}
