package dev.flipside.tools.command;

import java.util.function.Supplier;

/**
 * Lets a signal stop the process at once. Left to itself, the virtual machine takes native
 * libraries down while a training step is still inside them, which can end in a crash report.
 * Nothing is lost: files are replaced whole, and {@code --resume} goes on from them.
 */
final class StopAtOnce {
  /** What shells expect of a process that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  private StopAtOnce() {}

  /** As {@link #call}, of work without a result. */
  static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return work;
        });
  }

  /** Does the work, and stops at once if a signal comes meanwhile. */
  static <T> T call(Supplier<T> work) {
    Thread hook = new Thread(() -> Runtime.getRuntime().halt(INTERRUPTED), "flipside-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.get();
    } finally {
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is being stopped already, by this very hook.
    }
  }
}
