package dev.flipside.tools.command.help;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Help texts: a synopsis of what is required, options by {@link Section}, and examples that are
 * never broken.
 */
public final class HelpLayout {
  private HelpLayout() {}

  /** Applies the layout to a command and all its subcommands. */
  public static void apply(CommandLine line) {
    Map<String, CommandLine.IHelpSectionRenderer> sections = line.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, HelpLayout::synopsis);
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, HelpLayout::footer);
    line.setHelpSectionMap(sections);
    line.getSubcommands().values().forEach(HelpLayout::apply);
  }

  private static String synopsis(Help help) {
    List<String> words = new ArrayList<>(List.of(help.commandSpec().qualifiedName()));
    if (help.commandSpec().options().stream().anyMatch(each -> !each.required())) {
      words.add("[OPTIONS]");
    }
    for (OptionSpec each : help.commandSpec().options()) {
      if (each.required() && each.group() == null) {
        words.add(named(each));
      }
    }
    for (ArgGroupSpec each : help.commandSpec().argGroups()) {
      if (each.multiplicity().min() > 0) {
        words.add(
            each.options().stream()
                .map(HelpLayout::named)
                .collect(Collectors.joining(" | ", "(", ")")));
      }
    }
    help.commandSpec().positionalParameters().forEach(each -> words.add(each.paramLabel()));
    if (!help.subcommands().isEmpty()) {
      words.add("COMMAND");
    }
    int heading = "Usage: ".length();
    return filled(words, help, heading, " ".repeat(heading + 4)) + System.lineSeparator();
  }

  private static String named(OptionSpec option) {
    return option.longestName() + "=" + option.paramLabel();
  }

  private static String options(Help help) {
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    Section.ORDER.forEach(each -> sections.put(each, new ArrayList<>()));
    for (OptionSpec each : help.commandSpec().options()) {
      if (!each.hidden()) {
        sections.computeIfAbsent(section(each), key -> new ArrayList<>()).add(each);
      }
    }
    boolean several = sections.values().stream().filter(each -> !each.isEmpty()).count() > 1;
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (name, options) -> {
          if (!options.isEmpty()) {
            text.append(
                several ? System.lineSeparator() + name + ":" + System.lineSeparator() : "");
            options.sort(
                Comparator.comparing((OptionSpec each) -> !each.required())
                    .thenComparing(OptionSpec::longestName));
            Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
            layout.addOptions(options, help.createDefaultParamLabelRenderer());
            text.append(layout);
          }
        });
    return text.toString();
  }

  private static String section(ArgSpec option) {
    if (option.userObject() instanceof Field field) {
      Section own = field.getAnnotation(Section.class);
      Section all = field.getDeclaringClass().getAnnotation(Section.class);
      return own != null ? own.value() : all != null ? all.value() : Section.OTHER;
    }
    return Section.OTHER;
  }

  /** Indented lines are examples, which can be copied only if they are whole. */
  private static String footer(Help help) {
    StringBuilder text = new StringBuilder();
    for (String each : help.commandSpec().usageMessage().footer()) {
      String line =
          each.startsWith("  ") ? each : filled(Arrays.asList(each.split(" ", -1)), help, 0, "");
      text.append(line).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** Breaks lines between words. */
  private static String filled(List<String> words, Help help, int used, String indent) {
    int width = help.commandSpec().usageMessage().width();
    StringBuilder lines = new StringBuilder();
    int column = used;
    for (String word : words) {
      if (lines.isEmpty()) {
        lines.append(word);
      } else if (column + 1 + word.length() > width) {
        lines.append(System.lineSeparator()).append(indent).append(word);
        column = indent.length();
      } else {
        lines.append(' ').append(word);
        column++;
      }
      column += word.length();
    }
    return lines.toString();
  }
}
