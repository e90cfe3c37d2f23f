package dev.flipside.tools.console;

import java.util.function.Supplier;

/**
 * Halts the process immediately on a signal. A normal shutdown unloads native libraries while a
 * training step is still running in them, which can crash the JVM. Nothing is lost: files are
 * replaced atomically, and {@code --resume} continues from them.
 */
public final class HaltOnSignal {
  /** Exit code of a process that was stopped by Ctrl-C (128 + SIGINT). */
  private static final int INTERRUPTED = 130;

  private HaltOnSignal() {}

  /** Same as {@link #call}, for work without a result. */
  public static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return work;
        });
  }

  /** Runs the work. A signal meanwhile halts the process. */
  public static <T> T call(Supplier<T> work) {
    return call(work, () -> {});
  }

  /**
   * Runs the work. A signal meanwhile halts the process.
   *
   * @param last what is done before the process halts
   */
  public static <T> T call(Supplier<T> work, Runnable last) {
    Thread hook = new Thread(() -> halt(last), "flipside-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.get();
    } finally {
      remove(hook);
    }
  }

  private static void halt(Runnable last) {
    try {
      last.run();
    } finally {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is already shutting down.
    }
  }
}
