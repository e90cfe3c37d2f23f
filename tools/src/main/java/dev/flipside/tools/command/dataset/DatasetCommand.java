package dev.flipside.tools.command.dataset;

import dev.flipside.tools.command.options.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flipside dataset}: labelled data sets. */
@Command(
    name = "dataset",
    description = "Download a labelled data set, or check one for problems.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DatasetFetchCommand.class, DatasetCheckCommand.class},
    footer = {
      "",
      "Examples:",
      "  flipside dataset fetch camvid --to camvid",
      "  flipside dataset check camvid"
    })
public final class DatasetCommand implements Runnable {
  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads its --help
  private CommonOptions common = new CommonOptions();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }
}
