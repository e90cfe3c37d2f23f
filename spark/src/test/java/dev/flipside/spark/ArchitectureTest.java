package dev.flipside.spark;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.spark");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(Map.of());
  }

  @Test
  void spark_knowsNoTrainingDatabaseOrServer() {
    HouseRules.unaware(
            "executors score images",
            "ai.djl..",
            "java.sql..",
            "javax.sql..",
            "java.net.http..",
            "com.sun.net.httpserver..",
            "ai.onnxruntime..",
            "org.opencv..")
        .check(CLASSES);
  }

  @Test
  void picocli_isKnownToTheCommandsAlone() {
    HouseRules.only(new String[] {"..spark.command.."}, "the rest is a library", "picocli..")
        .check(CLASSES);
  }
}
