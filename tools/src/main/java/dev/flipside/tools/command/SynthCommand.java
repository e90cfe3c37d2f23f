package dev.flipside.tools.command;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.synth.StreetScenes;
import dev.flipside.tools.synth.SyntheticDataset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside synth}. */
@Command(
    name = "synth",
    description =
        "Draw a labelled data set of synthetic street scenes with the layout and the"
            + " classes of CamVid.",
    footer = {"", "Example:", "  flipside synth --out data --size 180x240 --train 120 --test 40"})
public final class SynthCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write train/, trainannot/, test/ and testannot/ to.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = CommonOptions.SizeConverter.class,
      defaultValue = "180x240",
      description = "Height and width of the scenes in px (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private ImageSize size;

  @Option(
      names = "--train",
      paramLabel = "N",
      defaultValue = "120",
      description = "Number of scenes in the train split (default: ${DEFAULT-VALUE}).")
  private int train;

  @Option(
      names = "--test",
      paramLabel = "N",
      defaultValue = "40",
      description = "Number of scenes in the test split (default: ${DEFAULT-VALUE}).")
  private int test;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed; the same seed draws the same scenes (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    common.require(train >= 1, "--train", train, "at least 1 scene");
    common.require(test >= 0, "--test", test, "at least 0 scenes");
    StreetScenes scenes = common.usage(() -> new StreetScenes(size, seed));
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Drawing", "scenes")) {
      SyntheticDataset.write(out, scenes, train, test, progress);
    }
    printed.print(
        common,
        new Summary()
            .line(train + " train and " + test + " test scenes of " + size + " in " + out)
            .with("folder", out.toString())
            .with("train", train)
            .with("test", test)
            .with("size", size.toString()));
    return ExitCodes.DONE;
  }
}
