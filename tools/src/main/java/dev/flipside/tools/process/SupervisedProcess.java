package dev.flipside.tools.process;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started again when it ends by itself, until it is closed, or it ends again and
 * again.
 */
final class SupervisedProcess implements AutoCloseable {
  private static final Duration STABLE = Duration.ofSeconds(30);
  private static final int MOST_FAILURES = 3;
  private static final long LONGEST_STOP_SECONDS = 25;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final @Nullable Path output;
  private final ProcessRecord record;
  private final PrintWriter log;
  private final Thread thread = new Thread(this::supervise, "flipside-supervision");
  private Process process;
  private volatile boolean closed;

  private SupervisedProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      @Nullable Path output,
      ProcessRecord record,
      PrintWriter log)
      throws IOException {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.output = output;
    this.record = record;
    this.log = log;
    this.process = launch();
  }

  /**
   * Starts a process. The caller closes it.
   *
   * @param name name in messages
   * @param environment environment variables in addition to those of this process
   * @param output file that the output is appended to, or null for that of this process
   * @param record where the process is noted
   * @param log receives a line when the process is started again
   */
  static SupervisedProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      @Nullable Path output,
      ProcessRecord record,
      PrintWriter log)
      throws IOException {
    SupervisedProcess started =
        new SupervisedProcess(name, command, environment, output, record, log);
    started.thread.setDaemon(true);
    started.thread.start();
    return started;
  }

  private Process launch() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    if (output == null) {
      builder.inheritIO();
    } else {
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(output.toString())));
    }
    Process started = builder.start();
    record.write(started.toHandle());
    return started;
  }

  /** Returns whether the process runs or is about to be started again. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /** Waits until the process is given up or closed. */
  void join() throws InterruptedException {
    thread.join();
  }

  private void supervise() {
    int failures = 0;
    try {
      while (true) {
        long start = System.nanoTime();
        int code = current().waitFor();
        if (closed) {
          return;
        }
        failures = System.nanoTime() - start > STABLE.toNanos() ? 1 : failures + 1;
        if (failures >= MOST_FAILURES) {
          say("the %s ended with code %d %d times; giving up", code, failures);
          return;
        }
        say("the %s ended with code %d and is started again", code);
        TimeUnit.SECONDS.sleep(1);
        synchronized (this) {
          if (closed) {
            return;
          }
          process = launch();
        }
      }
    } catch (IOException e) {
      say("the %s cannot be started again: " + e.getMessage());
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private synchronized Process current() {
    return process;
  }

  private void say(String format, Object... numbers) {
    Object[] values = new Object[numbers.length + 1];
    values[0] = name;
    System.arraycopy(numbers, 0, values, 1, numbers.length);
    log.println(String.format(Locale.ROOT, format, values));
    log.flush();
  }

  /** From now on, the process is not started again when it ends. */
  synchronized void giveUp() {
    closed = true;
  }

  /** Ends the process and waits for it. Idempotent. */
  @Override
  public void close() {
    giveUp();
    Process last = current();
    last.destroy();
    try {
      if (!last.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
        last.destroyForcibly();
      }
    } catch (InterruptedException e) {
      last.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
