package dev.flipside.tools.command.annotation;

import dev.flipside.tools.command.options.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flipside labels}. */
@Command(
    name = "labels",
    description = "Import labels from annotators.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = LabelsImportCommand.class,
    footer = {
      "",
      "Example:",
      "  flipside labels import --format cvat task.xml --history taken.jsonl --pool images --classes camvid --out labels"
    })
public final class LabelsCommand implements Runnable {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public void run() {
    throw common.badUse("Missing required subcommand");
  }
}
