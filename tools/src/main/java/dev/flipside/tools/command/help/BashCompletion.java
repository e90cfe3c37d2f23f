package dev.flipside.tools.command.help;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * The completion script of picocli for bash and zsh, with the values of each option under a name of
 * their own and in lower case. Picocli names them after the parameter, so that of two options with
 * a parameter {@code P} both would offer the values of the second one.
 */
final class BashCompletion {
  private static final Pattern VALUES =
      Pattern.compile("  local \\w+_option_args=(\\(.*\\)) # (-\\S+) values");
  private static final Pattern CASE = Pattern.compile("    ('-[^)]*')\\)");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
  private static final Pattern USE = Pattern.compile("\\$\\{\\w+_option_args\\[@]}");

  private BashCompletion() {}

  static String of(CommandLine root) {
    StringBuilder script = new StringBuilder();
    String option = "";
    for (String line : AutoComplete.bash(root.getCommandName(), root).split("\n", -1)) {
      Matcher values = VALUES.matcher(line);
      Matcher branch = CASE.matcher(line);
      if (values.matches()) {
        script.append("  local ").append(variable(values.group(2))).append('=');
        script.append(values.group(1).toLowerCase(Locale.ROOT));
      } else {
        if (branch.matches()) {
          option = longest(branch.group(1));
        }
        String use = Matcher.quoteReplacement("${" + variable(option) + "[@]}");
        script.append(USE.matcher(line).replaceAll(use));
      }
      script.append('\n');
    }
    script.setLength(script.length() - 1);
    return script.toString();
  }

  /** Returns the longest of several names of an option, by which picocli calls it. */
  private static String longest(String names) {
    return QUOTED
        .matcher(names)
        .results()
        .map((MatchResult each) -> each.group(1))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private static String variable(String option) {
    return option.replaceAll("\\W+", "_").replaceFirst("^_", "") + "_option_args";
  }
}
