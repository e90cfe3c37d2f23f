package dev.flipside.tools.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.LabelReader;
import dev.flipside.scorer.image.LabelledCanvas;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.pool.PoolLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreetScenesTest {
  private static final ImageSize SIZE = new ImageSize(96, 128);

  @Test
  void draw_sameSeedAndIndex_sameScene() {
    assertThat(pixels(1, 4)).isEqualTo(pixels(1, 4));
    assertThat(pixels(1, 4)).isNotEqualTo(pixels(1, 5));
    assertThat(pixels(1, 4)).isNotEqualTo(pixels(2, 4));
  }

  @Test
  void write_twentyScenes_readBackInCamvidLayoutWithAllClasses(@TempDir Path folder) {
    SyntheticDataset.write(folder, new StreetScenes(SIZE, 0), 16, 4, Progress.NONE);

    List<LabelledImage> train = PoolLayout.CAMVID.split(folder, "train");
    assertThat(train).hasSize(16);
    assertThat(PoolLayout.CAMVID.split(folder, "test")).hasSize(4);
    Set<Integer> ids = new TreeSet<>();
    for (LabelledImage each : train) {
      LabelMap labels = LabelReader.read(each.label(), ClassMap.CAMVID, null);
      assertThat(labels.size()).isEqualTo(SIZE);
      for (byte id : labels.ids()) {
        ids.add((int) id);
      }
    }
    assertThat(ids).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void write_folderIsAFile_saysSo(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("taken"));

    assertThatThrownBy(
            () -> SyntheticDataset.write(file, new StreetScenes(SIZE, 0), 1, 0, Progress.NONE))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("taken");
  }

  private static ByteBuffer pixels(long seed, int index) {
    try (LabelledCanvas canvas = LabelledCanvas.open(SIZE)) {
      new StreetScenes(SIZE, seed).draw(index, canvas);
      return canvas.image().rgb();
    }
  }
}
