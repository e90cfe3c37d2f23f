package dev.flipside.tools.console;

import picocli.CommandLine;

/** What every command exits with. */
public final class ExitCodes {
  /** It did its work. */
  public static final int DONE = CommandLine.ExitCode.OK;

  /** It could not do its work; the message says why. */
  public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** It was called with something that it does not understand. */
  public static final int BAD_USE = CommandLine.ExitCode.USAGE;

  /** It did its work except for some images or regions, which it named. */
  public static final int PARTLY_DONE = 3;

  private ExitCodes() {}
}
