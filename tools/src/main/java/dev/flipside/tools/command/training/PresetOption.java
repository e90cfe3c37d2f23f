package dev.flipside.tools.command.training;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.dataset.CamVid;
import dev.flipside.trainer.net.Backbone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --preset}. The command expands it before its options are parsed, so required options and
 * exclusive ones are checked as if the preset's options had been typed.
 */
public final class PresetOption {
  private static final String NAME = "--preset";

  @Option(
      names = NAME,
      paramLabel = "NAME",
      converter = Converter.class,
      description =
          "Use the options of a preset, listed below; options on the command line override them.")
  private @Nullable Preset preset;

  /** Returns the preset and its values in words, empty without one. */
  public String description() {
    return preset == null ? "" : preset + " (" + String.join(" ", preset.arguments()) + ")";
  }

  /** Returns a failure to read the data set, with what the preset needs. */
  public FlipsideException explained(FlipsideException failure) {
    return preset == null
        ? failure
        : new FlipsideException(preset.missingData(String.valueOf(failure.getMessage())), failure);
  }

  /**
   * Checks that the weights that the preset starts from are given.
   *
   * @param weights what {@code --backbone} says, null if it is not given
   * @param backbone backbone of the network
   * @throws FlipsideException if they are not
   */
  public void requireWeights(@Nullable InitialWeights weights, Backbone backbone) {
    if (preset != null && preset.isPretrained() && weights == null) {
      throw new FlipsideException(
          "--preset "
              + preset
              + " starts from ImageNet weights of "
              + backbone
              + ": pass --backbone FILE; flipside weights fetch lists weights that can be"
              + " downloaded. Or start from random weights with --backbone random"
              + (preset.arguments().contains("--backbone-while-selecting")
                  ? " --no-backbone-while-selecting"
                  : ""));
    }
  }

  /**
   * Checks that images are those of the preset's data set.
   *
   * @throws FlipsideException if they are not
   */
  public void requireData(Path data, List<LabelledImage> images) {
    if (preset != null
        && preset.dataset() == Preset.Dataset.CAMVID
        && !CamVid.holds(images.stream().map(each -> each.image().id()).toList())) {
      throw new FlipsideException(
          preset.missingData("the images in " + data + " have other names")
              + "; for other data give the options without a preset: "
              + String.join(" ", preset.arguments()));
    }
  }

  /** Puts the options of the preset in front of those on the command line. */
  public static final class Expansion implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's type
    public boolean preprocess(
        Stack<String> arguments,
        CommandSpec command,
        @Nullable ArgSpec argument,
        @Nullable Map<String, Object> info) {
      List<String> given = new ArrayList<>(arguments);
      Collections.reverse(given);
      String name = value(given);
      if (name.isEmpty()) {
        return false;
      }
      Preset preset;
      try {
        preset = Preset.parse(name);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
      }
      requireData(preset, given, command);
      List<String> added = new ArrayList<>(preset.argumentsBeside(given));
      Collections.reverse(added);
      arguments.addAll(added);
      return false;
    }

    private static String value(List<String> given) {
      for (int i = 0; i < given.size(); i++) {
        String word = given.get(i);
        if (word.startsWith(NAME + "=")) {
          return word.substring(NAME.length() + 1);
        }
        if (word.equals(NAME) && i + 1 < given.size()) {
          return given.get(i + 1);
        }
      }
      return "";
    }

    private static void requireData(Preset preset, List<String> given, CommandSpec command) {
      if (given.contains("--help") || given.contains("-h")) {
        return;
      }
      for (int i = 0; i < given.size(); i++) {
        String word = given.get(i);
        String data =
            word.startsWith("--data=")
                ? word.substring("--data=".length())
                : word.equals("--data") && i + 1 < given.size() ? given.get(i + 1) : "";
        if (!data.isEmpty()) {
          if (!Files.isDirectory(Path.of(data))) {
            throw new ParameterException(
                command.commandLine(), preset.missingData("no folder " + data));
          }
          return;
        }
      }
      throw new ParameterException(
          command.commandLine(), preset.missingData("--data is not given"));
    }
  }

  /** Lists the presets and their values at the end of the help. */
  public static final class Help implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      List<String> footer = new ArrayList<>(List.of("", "Presets:"));
      for (Preset each : Preset.values()) {
        footer.add("  " + each + ": " + each.about() + ":");
        for (String line : lines(each)) {
          footer.add("    " + line);
        }
      }
      footer.addAll(List.of(command.usageMessage().footer()));
      command.usageMessage().footer(footer.toArray(String[]::new));
      return command;
    }

    private static List<String> lines(Preset preset) {
      List<String> lines = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      for (String option : String.join(" ", preset.arguments()).split(" (?=--)", -1)) {
        if (line.length() + option.length() > 72) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(option);
      }
      lines.add(line.toString());
      return lines;
    }
  }

  static final class Converter implements ITypeConverter<Preset> {
    @Override
    public Preset convert(String text) {
      try {
        return Preset.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
