package dev.flipside.tools.command.help;

import dev.flipside.tools.console.ExitCodes;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints a usage error: the fault, the nearest option or command, and where help is. */
public final class UsageErrors implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    ParameterException cause = cause(failure, args);
    CommandLine line = cause.getCommandLine();
    PrintWriter err = line.getErr();
    err.println(line.getColorScheme().errorText("error: " + cause.getMessage()));
    if (cause instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      err.println("Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
    } else if (cause.getClass() == ParameterException.class && !line.getSubcommands().isEmpty()) {
      err.println("Commands: " + String.join(", ", line.getSubcommands().keySet()));
    }
    err.println("See " + line.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCodes.BAD_USE;
  }

  /** An option that is misspelled is also missing; what is misspelled tells more. */
  private static ParameterException cause(ParameterException failure, String[] args) {
    if (!(failure instanceof MissingParameterException)) {
      return failure;
    }
    CommandLine root = failure.getCommandLine();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    collectErrors(root, true);
    try {
      CommandLine.ParseResult parsed = root.parseArgs(args);
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      for (Exception each : List.copyOf(parsed.errors())) {
        if (each instanceof UnmatchedArgumentException unmatched) {
          return unmatched;
        }
      }
      return failure;
    } catch (ParameterException e) {
      return failure;
    } finally {
      collectErrors(root, false);
    }
  }

  private static void collectErrors(CommandLine line, boolean collect) {
    line.getCommandSpec().parser().collectErrors(collect);
    line.getSubcommands().values().forEach(each -> collectErrors(each, collect));
  }
}
