package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.DatasetOptions;
import dev.flipside.tools.dataset.LabelSurvey;
import dev.flipside.tools.files.OutputFiles;
import dev.flipside.trainer.data.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images that a training reads, and what the user should know of them. */
final class TrainingInput {
  private TrainingInput() {}

  /**
   * Checks the run folder before anything is read.
   *
   * @throws FlipsideException if it cannot be written, or holds a run that is not resumed
   */
  static void requireNew(Path folder, boolean resume) {
    OutputFiles.requireFolder(folder);
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    if (!resume && Files.exists(checkpoint)) {
      throw new FlipsideException(
          checkpoint
              + ": a run is kept here already; resume it with --resume, or choose another folder");
    }
  }

  /**
   * Reads the names of the images to train on.
   *
   * @param split name of the split, or null for the default of the layout
   * @param consistency whether images without label take part, through self-consistency
   * @throws FlipsideException if no image is labelled
   */
  static TrainingData read(
      DatasetOptions dataset,
      @Nullable String split,
      LabelEncoding encoding,
      boolean consistency,
      CommonOptions common) {
    String name =
        split != null ? split : dataset.layout() == PoolLayout.POOL ? PoolLayout.ALL : "train";
    PoolLayout.Pairing found = dataset.pair(name);
    if (found.labelled().isEmpty()) {
      throw new FlipsideException(
          dataset.root()
              + ": none of the "
              + found.withoutLabel().size()
              + " images has a label; a label has the name of its image, whatever the extension");
    }
    LabelSurvey.masks(found.labelled(), encoding)
        .ifPresent(text -> common.err().println("warning: " + text));
    List<PoolImage> unlabelled = consistency ? found.withoutLabel() : List.of();
    if (!found.withoutLabel().isEmpty()) {
      common.notes(
          List.of(
              found.labelled().size()
                  + " images have labels; the other "
                  + found.withoutLabel().size()
                  + (consistency
                      ? " take part through self-consistency alone"
                      : " are left out, because the weight of self-consistency is 0")));
    }
    return TrainingData.of(found.labelled(), unlabelled, encoding);
  }
}
