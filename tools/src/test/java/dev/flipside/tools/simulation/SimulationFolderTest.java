package dev.flipside.tools.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationFolderTest {
  @TempDir Path folder;

  @Test
  void open_resumedWithAnotherPlan_namesEveryDifference() {
    SimulationFolder.open(folder, Map.of("Seeds", "[0]", "Step", "5", "Void", "counts"), false)
        .close();

    assertThatThrownBy(
            () ->
                SimulationFolder.open(
                    folder, Map.of("Seeds", "[0]", "Step", "6", "New", "x"), true))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("Step: now 6, in the run 5")
        .hasMessageContaining("Void: now not set, in the run counts")
        .hasMessageContaining("New: now x, in the run not set")
        .hasMessageNotContaining("Seeds");
  }

  @Test
  void open_resumedBeforeAnythingWasWritten_begins() {
    SimulationFolder.open(folder, Map.of("Step", "5"), true).close();

    assertThat(folder.resolve("plan.json")).content().contains("\"Step\" : \"5\"");
  }

  @Test
  void open_folderInUseWithoutResume_refused() throws IOException {
    Files.writeString(folder.resolve("something"), "");

    assertThatThrownBy(() -> SimulationFolder.open(folder, Map.of(), false))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void open_lockedByAnotherRun_refusedUntilItIsClosed() {
    SimulationFolder first = SimulationFolder.open(folder, Map.of(), false);

    assertThatThrownBy(() -> SimulationFolder.open(folder, Map.of(), true))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("another process");
    first.close();
    SimulationFolder.open(folder, Map.of(), true).close();
  }
}
