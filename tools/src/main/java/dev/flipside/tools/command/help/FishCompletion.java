package dev.flipside.tools.command.help;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the completion script of a command for the fish shell. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();
  private final String program;

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandLine root) {
    FishCompletion completion = new FishCompletion(root.getCommandName());
    completion.add(root, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine line, List<String> path) {
    String here = condition(line, path);
    line.getSubcommands()
        .forEach((name, each) -> complete(here, "-f -a " + name, description(each)));
    for (OptionSpec option : line.getCommandSpec().options()) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names.append(names.isEmpty() ? "" : " ");
        names.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
      }
      if (option.arity().max() > 0) {
        names.append(" -r");
      }
      if (option.completionCandidates() != null) {
        names
            .append(" -f -a ")
            .append(
                quoted(String.join(" ", option.completionCandidates()).toLowerCase(Locale.ROOT)));
      }
      String text = option.description().length == 0 ? "" : option.description()[0];
      complete(here, names.toString(), firstSentence(text));
    }
    line.getSubcommands().forEach((name, each) -> add(each, concat(path, name)));
  }

  private static List<String> concat(List<String> path, String name) {
    return java.util.stream.Stream.concat(path.stream(), java.util.stream.Stream.of(name)).toList();
  }

  private static String condition(CommandLine line, List<String> path) {
    if (path.isEmpty()) {
      return "__fish_use_subcommand";
    }
    StringBuilder condition = new StringBuilder();
    for (String each : path) {
      condition.append(condition.isEmpty() ? "" : "; and ");
      condition.append("__fish_seen_subcommand_from ").append(each);
    }
    if (!line.getSubcommands().isEmpty()) {
      condition
          .append("; and not __fish_seen_subcommand_from ")
          .append(String.join(" ", new TreeSet<>(line.getSubcommands().keySet())));
    }
    return condition.toString();
  }

  private void complete(String condition, String what, String description) {
    script
        .append("complete -c ")
        .append(program)
        .append(" -n ")
        .append(quoted(condition))
        .append(' ')
        .append(what)
        .append(" -d ")
        .append(quoted(description))
        .append('\n');
  }

  private static String description(CommandLine line) {
    String[] texts = line.getCommandSpec().usageMessage().description();
    return texts.length == 0 ? "" : firstSentence(texts[0]);
  }

  private static String firstSentence(String text) {
    String plain = text.replaceAll("\\$\\{[^}]*}", "…").replace("%%", "%").replace("%n", " ");
    int end = plain.indexOf(". ");
    String sentence = end < 0 ? plain : plain.substring(0, end);
    int colon = sentence.indexOf(" (default");
    return (colon < 0 ? sentence : sentence.substring(0, colon)).strip();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
