package dev.flipside.tools.simulation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.simulation.plan.Strategy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs the arms of a simulation in processes of their own, several at a time. The training engine
 * keeps one random generator per process, so arms cannot share one; and a process per core wastes
 * nothing on waiting for threads. A process ends when this one does: the end of its standard input
 * tells it.
 */
public final class ArmProcesses {
  private static final int LINES_SHOWN = 5;

  private final int jobs;
  private final List<String> command;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  /**
   * Prepares processes.
   *
   * @param jobs number of processes at a time, at least 1
   * @param command command line of this process, to which {@code --arm STRATEGY:SEED} is added
   */
  public ArmProcesses(int jobs, List<String> command) {
    this.jobs = jobs;
    this.command = List.copyOf(command);
  }

  /**
   * An arm.
   *
   * @param folder folder of the arm, which receives {@code log.txt}
   */
  record Task(Strategy strategy, long seed, Path folder) {
    /** Returns the value of {@code --arm}. */
    String name() {
      return strategy + ":" + seed;
    }
  }

  /**
   * Runs all arms.
   *
   * @param chains arms that must follow each other
   * @param ended called on this thread after each chain
   * @throws FlipsideException if a process fails; the others are ended
   */
  void run(List<List<Task>> chains, Runnable ended) {
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(threads);
      for (List<Task> chain : chains) {
        done.submit(
            () -> {
              for (Task task : chain) {
                run(task);
              }
              return null;
            });
      }
      for (int i = 0; i < chains.size(); i++) {
        done.take().get();
        ended.run();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FlipsideException failure) {
        throw failure;
      }
      throw new IllegalStateException("an arm could not be run", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlipsideException("interrupted; go on with --resume", e);
    } finally {
      threads.shutdownNow();
      running.forEach(Process::destroyForcibly);
    }
  }

  private void run(Task task) throws InterruptedException {
    Folders.create(task.folder());
    Path log = task.folder().resolve("log.txt");
    List<String> line = new ArrayList<>(command);
    line.add("--arm");
    line.add(task.name());
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Threads that wait for each other in a busy loop cost more than they bring.
    builder.environment().putIfAbsent("OMP_NUM_THREADS", Integer.toString(threadsEach()));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new FlipsideException(
          line.get(0) + ": the process of " + task.name() + " cannot be started (" + e + ")", e);
    }
    running.add(process);
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new FlipsideException(
            task.name() + " ended with status " + status + "; " + log + " ends with:\n" + end(log));
      }
    } finally {
      process.destroyForcibly();
      running.remove(process);
    }
  }

  private int threadsEach() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
  }

  private static String end(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(it cannot be read: " + e + ")";
    }
  }

  /** Ends this process as soon as the one that started it has ended. For {@code --arm}. */
  public static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever written.
                }
              } catch (IOException e) {
                // The pipe is gone, too.
              }
              Runtime.getRuntime().halt(1);
            },
            "flipside-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Returns the command line of this process, for {@code jobs} processes that share the machine.
   *
   * @param arguments arguments of {@code flipside}
   */
  public static List<String> commandLine(int jobs, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    int processors = Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
    line.add("-XX:ActiveProcessorCount=" + processors);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add("dev.flipside.tools.Flipside");
    line.addAll(arguments);
    return line;
  }
}
