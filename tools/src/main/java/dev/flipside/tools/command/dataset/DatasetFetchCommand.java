package dev.flipside.tools.command.dataset;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.dataset.CamVid;
import dev.flipside.tools.dataset.DatasetFetch;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside dataset fetch}. */
@Command(
    name = "fetch",
    description = {
      "Download a public data set: camvid, 701 street scenes of 360x480 px with 11"
          + " classes (Brostow, Fauqueur and Cipolla 2009), from the SegNet tutorial. The"
          + " pixels of every file are verified against a checksum. To resume an"
          + " interrupted download, repeat the command."
    },
    footer = {"", "Example:", "  flipside dataset fetch camvid --to camvid"})
public final class DatasetFetchCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "NAME", description = "Data set to download: camvid.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write the data set to.")
  @SuppressWarnings("NullAway.Init")
  private Path to;

  @Option(
      names = "--from",
      paramLabel = "URL",
      description =
          "URL of another copy, with the folders train/, trainannot/, val/, … (default:"
              + " the public copy).")
  private @Nullable URI from;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    common.require(name.equals("camvid"), "NAME", name, "camvid");
    URI base = from == null ? CamVid.PUBLIC_COPY : from;
    common.require(
        String.valueOf(base.getScheme()).matches("https?"), "--from", base, "an http or https URL");
    int fetched;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Fetching", "files")) {
      fetched = new DatasetFetch(base, to).run(progress);
    }
    printed.print(
        common,
        new Summary()
            .line(fetched + " files downloaded, the data set is complete: " + to)
            .with("folder", to.toString())
            .with("downloaded", fetched));
    return ExitCodes.DONE;
  }
}
