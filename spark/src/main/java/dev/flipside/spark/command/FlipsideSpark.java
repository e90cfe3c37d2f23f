package dev.flipside.spark.command;

import dev.flipside.models.domain.FlipsideException;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The main class for {@code spark-submit}. */
@Command(
    name = "flipside-spark",
    mixinStandardHelpOptions = true,
    description = "Scores pools of images on Apache Spark, and selects regions from the scores.",
    subcommands = {ScoreCommand.class, SelectCommand.class})
public final class FlipsideSpark {
  private static final int PARTLY_DONE = 3;

  private FlipsideSpark() {}

  /** Runs a command. A failure ends the application with its exit code; failed images do not. */
  public static void main(String[] arguments) {
    int code = execute(arguments);
    if (code != CommandLine.ExitCode.OK && code != PARTLY_DONE) {
      System.exit(code);
    }
  }

  /**
   * Runs a command and returns the exit code: 0 success, 1 failure, 2 usage error, 3 some images
   * failed.
   */
  static int execute(String... arguments) {
    return new CommandLine(new FlipsideSpark())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (failure instanceof FlipsideException) {
                line.getErr().println("error: " + failure.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
              }
              throw failure;
            })
        .execute(arguments);
  }

  /** Runs what reads an option's value; a value that is refused is a usage error. */
  static <T> T usage(CommandSpec spec, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the exit code of a run in which some images failed. */
  static int code(long failed) {
    return failed == 0 ? CommandLine.ExitCode.OK : PARTLY_DONE;
  }
}
