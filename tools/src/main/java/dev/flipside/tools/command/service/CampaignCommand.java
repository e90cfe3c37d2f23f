package dev.flipside.tools.command.service;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.files.OutputFiles;
import dev.flipside.tools.remote.BackupFile;
import dev.flipside.tools.remote.RemoteService;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside campaign}: backups of the campaigns and models of a service. */
@Command(
    name = "campaign",
    description = "Back up and restore the campaigns and models of a service.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  flipside campaign backup --out flipside-backup.zip",
      "  flipside campaign restore flipside-backup.zip --data restored"
    })
public final class CampaignCommand implements Runnable {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public void run() {
    throw common.badUse("Missing required subcommand");
  }

  @Command(
      description =
          "Download all campaigns, labels and models of a running service. The service keeps"
              + " running. If it has API keys, set FLIPSIDE_KEY to one with the role admin.")
  int backup(
      @Mixin CommonOptions options,
      @Option(
              names = "--url",
              paramLabel = "URL",
              defaultValue = "http://localhost:8080",
              description = "URL of the service (default: ${DEFAULT-VALUE}).")
          URI url,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "ZIP file to write.")
          Path out,
      @Option(names = "--force", description = "Replace an existing file.") boolean force,
      @Mixin SummaryOptions printed) {
    OutputFiles.require(out, force);
    new RemoteService(url, System.getenv("FLIPSIDE_KEY")).backup(out);
    printed.print(common, new Summary().line("backed up: " + out).with("out", out.toString()));
    return ExitCodes.DONE;
  }

  @Command(
      description =
          "Restore a backup to a new data folder for flipside serve --data. The digest of every"
              + " file is checked; if one differs, no folder is created.")
  int restore(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "FILE", description = "Backup.") Path file,
      @Option(
              names = "--data",
              required = true,
              paramLabel = "DIR",
              description = "Data folder to create.")
          Path data,
      @Mixin SummaryOptions printed) {
    int files = new BackupFile(file).restore(data);
    printed.print(
        common,
        new Summary()
            .line("restored " + files + " files: " + data)
            .with("files", files)
            .with("data", data.toString()));
    return ExitCodes.DONE;
  }
}
