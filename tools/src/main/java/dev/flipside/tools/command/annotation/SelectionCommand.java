package dev.flipside.tools.command.annotation;

import dev.flipside.tools.command.options.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flipside selection}. */
@Command(
    name = "selection",
    description = "Export selected regions to annotators.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = SelectionExportCommand.class,
    footer = {
      "",
      "Example:",
      "  flipside selection export --selection selection.jsonl --pool images --format cvat --classes camvid --out task.xml"
    })
public final class SelectionCommand implements Runnable {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public void run() {
    throw common.badUse("Missing required subcommand");
  }
}
