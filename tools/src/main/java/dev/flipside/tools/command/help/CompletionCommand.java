package dev.flipside.tools.command.help;

import dev.flipside.tools.console.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flipside completion}. */
@Command(
    name = "completion",
    description = "Print the script that completes commands and options in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(flipside completion bash)      # also in ~/.bashrc",
      "  source <(flipside completion zsh)       # also in ~/.zshrc",
      "  flipside completion fish > ~/.config/fish/completions/flipside.fish"
    })
public final class CompletionCommand implements Callable<Integer> {
  /** A shell. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    spec.commandLine()
        .getOut()
        .print(
            switch (shell) {
              // The script of bash also loads the emulation that zsh needs.
              case BASH, ZSH -> BashCompletion.of(root);
              case FISH -> FishCompletion.of(root);
            });
    spec.commandLine().getOut().flush();
    return ExitCodes.DONE;
  }
}
