package dev.flipside.tools.process;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an agent is started in a process of its own, at a low priority, so that labelling stays quick
 * while it trains.
 *
 * @param service URL of the service
 * @param data folder for the state of the agent
 * @param options further options of {@code flipside agent}
 */
public record AgentLaunch(URI service, Path data, List<String> options) {
  private static final Path NICE = Path.of("/usr/bin/nice");

  /** Copies the list. */
  public AgentLaunch {
    options = List.copyOf(options);
  }

  /** Returns the command line. */
  public List<String> commandLine() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(NICE)) {
      command.addAll(List.of(NICE.toString(), "-n", "10"));
    }
    command.add(LocalJava.program());
    // Options of the virtual machine, without those for finding errors in this process.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> !each.startsWith("-agentlib") && !each.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.flipside.tools.Flipside", "agent"));
    command.addAll(List.of("--url", service.toString(), "--data", data.toString()));
    command.addAll(options);
    return command;
  }

  /**
   * Returns environment variables: a training step makes and drops hundreds of tensors, and glibc
   * is told to keep their memory.
   */
  public Map<String, String> environment() {
    return Map.of(
        "OPT_OUT_TRACKING", "true",
        "MALLOC_MMAP_MAX_", "0",
        "MALLOC_TRIM_THRESHOLD_", "100000000000",
        "MALLOC_TOP_PAD_", "268435456");
  }
}
