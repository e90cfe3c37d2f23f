package dev.flipside.tools.command.options;

import dev.flipside.models.domain.ImageSize;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** What every command has: help, and where it prints. */
public final class CommonOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  /** Results go here: standard output. */
  public PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Everything that is not the result goes here: standard error. */
  public PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Markup such as {@code @|bold text|@}, coloured only where the output is a terminal. */
  public String ansi(String markup) {
    return command.commandLine().getColorScheme().ansi().string(markup);
  }

  /** The command as it was typed, for reports. */
  public String invocation() {
    List<String> words = new ArrayList<>(List.of("flipside"));
    for (String word : command.root().commandLine().getParseResult().originalArgs()) {
      words.add(word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", words);
  }

  /** Bad use of an option: exit code 2 and the usage. */
  public ParameterException badUse(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Refuses an option's value that is out of range. */
  public void require(boolean condition, String option, Object found, String expected) {
    if (!condition) {
      throw badUse(
          "Invalid value for option '" + option + "': " + found + ", expected " + expected);
    }
  }

  /** Turns what a value refuses about itself into bad use of the command. */
  public <T> T usage(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw badUse(String.valueOf(e.getMessage()));
    }
  }

  public static final class SizeConverter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      try {
        return ImageSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
