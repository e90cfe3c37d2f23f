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

/** Help option and output streams, common to all commands. */
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

  /** Returns the writer for results: standard output. */
  public PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Returns the writer for progress, notes and errors: standard error. */
  public PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Prints each text as a note to standard error. */
  public void notes(List<String> texts) {
    texts.forEach(text -> err().println("note: " + text));
  }

  /**
   * Renders picocli markup such as {@code @|bold text|@}; plain text if the output is no terminal.
   */
  public String ansi(String markup) {
    return command.commandLine().getColorScheme().ansi().string(markup);
  }

  /** Returns the arguments of {@code flipside}. */
  public List<String> arguments() {
    return command.root().commandLine().getParseResult().originalArgs();
  }

  /** Returns the command line with its arguments quoted for a shell, for reports. */
  public String invocation() {
    List<String> words = new ArrayList<>(List.of("flipside"));
    for (String word : arguments()) {
      words.add(word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", words);
  }

  /** Creates a usage error: exit code 2, prints the usage. */
  public ParameterException badUse(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Throws a usage error if the value of an option is out of range. */
  public void require(boolean condition, String option, Object found, String expected) {
    if (!condition) {
      throw badUse(
          "Invalid value for option '" + option + "': " + found + ", expected " + expected);
    }
  }

  /** Calls a constructor and turns its {@link IllegalArgumentException} into a usage error. */
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
