package dev.flipside.tools.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.scorer.rescoring.DriftingScores;
import dev.flipside.scorer.rescoring.DriftingScores.Pair;
import dev.flipside.scorer.scores.RegionScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftFileTest {
  private static final RegionGrid GRID = new RegionGrid(new ImageSize(1, 2), 1, 1);

  @TempDir Path folder;

  @Test
  void read_whatWasWritten_theSameToTheLastBit() {
    Path file = folder.resolve("carried.json");
    RegionScores scores =
        new RegionScores("a \"b\"/ä.png", GRID, new float[] {0.1f, Math.nextUp(1f / 3)});
    List<List<Pair>> memory =
        List.of(List.of(new Pair(1 / 3.0, Math.nextUp(0.1f))), List.of(new Pair(-0.0, 1e-300)));

    DriftFile.write(file, new DriftingScores(List.of(scores), memory));
    DriftingScores read = DriftFile.read(file, GRID);

    assertThat(read.scores()).containsExactly(scores);
    assertThat(read.memory()).isEqualTo(memory);
  }

  @Test
  void read_damaged_saysWhichFile() throws IOException {
    Path file = Files.writeString(folder.resolve("carried.json"), "{\"memory\":[]");

    assertThatThrownBy(() -> DriftFile.read(file, GRID))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("carried.json");
  }
}
