package dev.flipside.tools.synth;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelledCanvas;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.tools.files.Folders;
import java.nio.file.Path;
import java.util.Locale;

/** Writes drawn street scenes to a folder in CamVid's layout. */
public final class SyntheticDataset {
  private SyntheticDataset() {}

  /**
   * Writes {@code train/ trainannot/ test/ testannot/}, images and label maps as PNG. Files of the
   * same name are replaced.
   *
   * @throws FlipsideException if the folder cannot be written
   */
  public static void write(
      Path folder, StreetScenes scenes, int train, int test, Progress progress) {
    for (int index = 0; index < train + test; index++) {
      String split = index < train ? "train" : "test";
      String name = String.format(Locale.ROOT, "scene_%05d.png", index);
      Path image = Folders.create(folder.resolve(split)).resolve(name);
      Path label = Folders.create(folder.resolve(split + "annot")).resolve(name);
      try (LabelledCanvas canvas = LabelledCanvas.open(scenes.size())) {
        scenes.draw(index, canvas);
        ImageWriter.writeRgb(image, canvas.image());
        ImageWriter.writeLabel(label, canvas.labels());
      }
      progress.advance(index + 1, train + test, "");
    }
  }
}
