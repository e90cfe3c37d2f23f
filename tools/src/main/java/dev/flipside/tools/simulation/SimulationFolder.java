package dev.flipside.tools.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a simulation: {@code plan.json} says what is run and is compared when it is taken
 * up again, {@code run.json} tells the report about it, {@code results.csv} holds the results of
 * all arms. One process at a time: the folder is locked until this is closed.
 */
final class SimulationFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SimulationFolder.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLAN = "plan.json";
  private static final String RESULTS = "results.csv";
  private static final String RESCORING = "rescoring.csv";

  private final Path folder;
  private final @Nullable FileChannel lock;

  private SimulationFolder(Path folder, @Nullable FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes a folder.
   *
   * @param plan settings by name
   * @param resume whether to go on with what the folder holds
   * @throws FlipsideException if the folder is in use by another process, holds something and is
   *     not to be resumed, or was begun with other settings; names the differences
   */
  static SimulationFolder open(Path folder, Map<String, String> plan, boolean resume) {
    if (!resume) {
      Folders.requireEmpty(folder);
    }
    Folders.create(folder);
    SimulationFolder run = new SimulationFolder(folder, lock(folder.resolve(".lock")));
    try {
      run.begin(plan);
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Joins the process that has opened a folder.
   *
   * @param plan settings by name
   * @throws FlipsideException if the folder was begun with other settings, or not at all
   */
  static SimulationFolder join(Path folder, Map<String, String> plan) {
    Path file = folder.resolve(PLAN);
    requireSame(file, plan, read(file));
    return new SimulationFolder(folder, null);
  }

  private static FileChannel lock(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      close(channel);
    } catch (IOException e) {
      close(channel);
      throw AtomicFile.unwritable(file, e);
    }
    throw new FlipsideException(
        file.resolveSibling("")
            + ": another process is running this simulation; wait for it or end it first");
  }

  private void begin(Map<String, String> plan) {
    Path file = folder.resolve(PLAN);
    if (Files.exists(file)) {
      requireSame(file, plan, read(file));
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    plan.forEach(json::put);
    AtomicFile.write(file, json.toPrettyString() + "\n");
  }

  private static Map<String, String> read(Path file) {
    try {
      Map<String, String> plan = new LinkedHashMap<>();
      JsonNode json = JSON.readTree(Files.readString(file));
      json.properties().forEach(each -> plan.put(each.getKey(), each.getValue().asText()));
      return plan;
    } catch (IOException e) {
      throw new FlipsideException(file + ": the plan of the run cannot be read (" + e + ")", e);
    }
  }

  private static void requireSame(Path file, Map<String, String> now, Map<String, String> then) {
    Map<String, String> all = new LinkedHashMap<>(then);
    all.putAll(now);
    List<String> differences = new ArrayList<>();
    for (String name : all.keySet()) {
      String before = then.getOrDefault(name, "not set");
      String after = now.getOrDefault(name, "not set");
      if (!before.equals(after)) {
        differences.add(name + ": now " + after + ", in the run " + before);
      }
    }
    if (!differences.isEmpty()) {
      throw new FlipsideException(
          file
              + ": the run was begun with another plan. Resume it with the same one, or start anew in"
              + " another folder.\n  "
              + String.join("\n  ", differences));
    }
  }

  /** Where an arm keeps what it does. */
  Path arm(Strategy strategy, long seed) {
    return folder.resolve(strategy.toString()).resolve("seed-" + seed);
  }

  /** Where the data set lies at the size of the run. */
  Path resized() {
    return folder.resolve("resized");
  }

  /** A file of the run. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /**
   * Writes {@code run.json}. The start of a resumed run is kept, and so are the convolution
   * backends it ran with before.
   */
  void describe(RunInfo info) {
    Path file = folder.resolve("run.json");
    Map<String, String> earlier = Files.exists(file) ? read(file) : Map.of();
    String now = info.plan().finalStage().device().backend();
    String backends = earlier.getOrDefault("convolutions", now);
    if (!backends.endsWith(now)) {
      LOG.warn(
          "{} was run with convolutions by {}, here they are computed by {}: results are no longer"
              + " identical bit for bit to those of an uninterrupted run",
          folder,
          backends,
          now);
      backends += ", then " + now;
    }
    info.description(earlier.getOrDefault("started", info.started().toString()), backends)
        .write(file);
  }

  /**
   * Writes what all arms have so far into one file of each kind, by strategy and seed.
   *
   * @return whether there is any result
   */
  boolean collect(SimulationPlan plan) {
    collect(RESCORING, plan);
    return collect(RESULTS, plan);
  }

  private boolean collect(String name, SimulationPlan plan) {
    StringBuilder all = new StringBuilder();
    for (Strategy strategy : plan.strategies()) {
      for (long seed : plan.seeds()) {
        Path file = arm(strategy, seed).resolve(name);
        if (Files.exists(file)) {
          append(all, file);
        }
      }
    }
    if (!all.isEmpty()) {
      AtomicFile.write(folder.resolve(name), all.toString());
    }
    return !all.isEmpty();
  }

  private static void append(StringBuilder all, Path file) {
    try {
      String text = Files.readString(file);
      all.append(all.isEmpty() ? text : text.substring(text.indexOf('\n') + 1));
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    close(lock);
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new FlipsideException("the lock of the run cannot be released (" + e + ")", e);
    }
  }
}
