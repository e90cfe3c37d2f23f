package dev.flipside.tools;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.command.DoctorCommand;
import dev.flipside.tools.command.EvaluateCommand;
import dev.flipside.tools.command.QuickstartCommand;
import dev.flipside.tools.command.ReportCommand;
import dev.flipside.tools.command.ScoreCommand;
import dev.flipside.tools.command.SelectCommand;
import dev.flipside.tools.command.SimulateCommand;
import dev.flipside.tools.command.SynthCommand;
import dev.flipside.tools.command.TrainCommand;
import dev.flipside.tools.command.VersionProvider;
import dev.flipside.tools.command.annotation.LabelsCommand;
import dev.flipside.tools.command.annotation.SelectionCommand;
import dev.flipside.tools.command.bench.BenchCommand;
import dev.flipside.tools.command.dataset.DatasetCommand;
import dev.flipside.tools.command.help.CompletionCommand;
import dev.flipside.tools.command.help.HelpLayout;
import dev.flipside.tools.command.help.UsageErrors;
import dev.flipside.tools.command.model.InspectCommand;
import dev.flipside.tools.command.model.ModelsCommand;
import dev.flipside.tools.command.model.WeightsCommand;
import dev.flipside.tools.command.service.AgentCommand;
import dev.flipside.tools.command.service.CampaignCommand;
import dev.flipside.tools.command.service.RemoteCommand;
import dev.flipside.tools.command.service.ServeCommand;
import dev.flipside.tools.command.service.SparkCommand;
import dev.flipside.tools.command.service.StudioCommand;
import dev.flipside.tools.console.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code flipside} command. */
@Command(
    name = "flipside",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Active learning for semantic segmentation: select the image regions that are"
          + " most worth labelling.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  flipside quickstart",
      "  flipside score --model model.onnx --pool images --grid 5x5 --out scores.jsonl",
      "  flipside select --scores scores.jsonl -k 100 --history taken.jsonl --out selection.jsonl",
      "",
      "Exit codes: 0 success, 1 failure, 2 usage error, 3 some images failed."
    },
    subcommands = {
      QuickstartCommand.class,
      SynthCommand.class,
      TrainCommand.class,
      ScoreCommand.class,
      SelectCommand.class,
      SelectionCommand.class,
      LabelsCommand.class,
      EvaluateCommand.class,
      SimulateCommand.class,
      ReportCommand.class,
      DatasetCommand.class,
      InspectCommand.class,
      ModelsCommand.class,
      WeightsCommand.class,
      StudioCommand.class,
      ServeCommand.class,
      AgentCommand.class,
      RemoteCommand.class,
      CampaignCommand.class,
      SparkCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      BenchCommand.class
    })
public final class Flipside implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private Flipside() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Creates the configured command line. Does not call {@link System#exit}. */
  public static CommandLine commandLine() {
    CommandLine flipside = new CommandLine(new Flipside());
    HelpLayout.apply(flipside);
    // What follows score or select belongs to them.
    Objects.requireNonNull(flipside.getSubcommands().get("spark")).setStopAtPositional(true);
    return flipside
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(34)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler((e, line, parsed) -> report(e, line));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  /** Returns which file cannot be read or written, and why. */
  private static String reason(FileSystemException failure) {
    String why =
        failure instanceof NoSuchFileException
            ? "no such file or folder"
            : failure instanceof AccessDeniedException
                ? "no permission"
                : String.valueOf(failure.getReason());
    return failure.getFile() + ": cannot be read or written (" + why + "); check its name";
  }

  /**
   * Prints the message of a {@link FlipsideException}; any other exception is a bug and is printed
   * with its stack trace.
   */
  private static int report(Exception failure, CommandLine line) {
    PrintWriter err = line.getErr();
    if (failure instanceof FileSystemException file) {
      err.println(line.getColorScheme().errorText("error: " + reason(file)));
    } else if (failure instanceof FlipsideException) {
      err.println(line.getColorScheme().errorText("error: " + failure.getMessage()));
    } else {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(line.getColorScheme().errorText("internal error: " + failure));
      err.print(trace);
      err.println("This is a bug in Flipside. Please report it with the output above.");
    }
    err.flush();
    return ExitCodes.FAILED;
  }
}
