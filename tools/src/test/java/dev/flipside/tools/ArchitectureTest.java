package dev.flipside.tools;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.flipside.architecture.HouseRules;
import dev.flipside.architecture.SourceTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("dev.flipside.tools");

  @Test
  void commonRules_hold() {
    HouseRules.checkCommonRules(CLASSES);
  }

  @Test
  void sizes_areWithinTheLimits() {
    SourceTree.checkSizes(Map.of());
  }

  @Test
  void tools_usesNativeLibrariesThroughTheScorer() {
    HouseRules.unaware(
            "tools uses native libraries through the scorer and the trainer, and serves nothing",
            "ai.onnxruntime..",
            "org.opencv..",
            "java.sql..",
            "io.quarkus..",
            "dev.flipside.api..")
        .check(CLASSES);
  }

  @Test
  void network_isKnownToTheClientDownloadsAndTrackingAlone() {
    HouseRules.only(
            new String[] {
              "dev.flipside.tools.remote..",
              "dev.flipside.tools.download..",
              "dev.flipside.tools.tracking.."
            },
            "only the client of the service, downloads and tracking servers use the network",
            "java.net.http..")
        .check(CLASSES);
  }
}
