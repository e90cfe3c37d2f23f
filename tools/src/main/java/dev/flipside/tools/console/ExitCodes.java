package dev.flipside.tools.console;

import picocli.CommandLine;

/** Exit codes of the command line. */
public final class ExitCodes {
  /** Success. */
  public static final int DONE = CommandLine.ExitCode.OK;

  /** Failure; the message gives the reason. */
  public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** Usage error: unknown option or invalid value. */
  public static final int BAD_USE = CommandLine.ExitCode.USAGE;

  /** Success except for some images or regions, which are reported. */
  public static final int PARTLY_DONE = 3;

  private ExitCodes() {}
}
