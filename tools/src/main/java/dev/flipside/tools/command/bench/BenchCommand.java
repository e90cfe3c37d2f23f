package dev.flipside.tools.command.bench;

import dev.flipside.tools.command.options.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flipside bench}. */
@Command(
    name = "bench",
    description = "Run benchmarks on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchTrainCommand.class,
      BenchScoreCommand.class,
      BenchGraftCommand.class,
      BenchWeightsCommand.class,
      BenchGpuCommand.class
    })
public final class BenchCommand implements Runnable {
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
