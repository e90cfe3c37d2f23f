package dev.flipside.tools.command.options;

import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.console.Summary;
import picocli.CommandLine.Option;

/** {@code --json}: how the summary of a command is printed. */
@Section(Section.OUTPUT)
public final class SummaryOptions {
  @Option(names = "--json", description = "Print the summary as one JSON object (default: text).")
  private boolean json;

  /** Returns whether to print JSON. */
  public boolean json() {
    return json;
  }

  /** Prints a summary to standard output. */
  public void print(CommonOptions common, Summary summary) {
    if (json) {
      common.out().println(summary.json());
    } else {
      summary.lines().forEach(common.out()::println);
    }
    common.out().flush();
  }

  /** Prints a line of text at once; with {@code --json} nothing, the summary has its values. */
  public void line(CommonOptions common, String text) {
    if (!json) {
      common.out().println(text);
      common.out().flush();
    }
  }
}
