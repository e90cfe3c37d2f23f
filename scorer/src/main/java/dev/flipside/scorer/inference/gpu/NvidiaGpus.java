package dev.flipside.scorer.inference.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The GPUs of NVIDIA that CUDA shows to this process, in the order of their indices there.
 *
 * @param gpus a description of each
 * @param driver version of the driver, or empty if unknown
 */
public record NvidiaGpus(List<String> gpus, String driver) {
  private static final Pattern NUMBERED = Pattern.compile("nvidia(\\d+)");
  private static final int SECONDS = 10;

  /** Copies the list. */
  public NvidiaGpus {
    gpus = List.copyOf(gpus);
  }

  /** Returns the number of GPUs. */
  public int count() {
    return gpus.size();
  }

  /** Returns the first number of the driver's version. */
  public OptionalInt driverMajor() {
    Matcher major = Pattern.compile("(\\d+)(\\..*)?").matcher(driver);
    return major.matches() ? OptionalInt.of(Integer.parseInt(major.group(1))) : OptionalInt.empty();
  }

  /**
   * Asks the driver's management library (NVML) through {@code nvidia-smi}; where that program is
   * missing, for example in a container, counts the devices of the driver that were passed in.
   *
   * @param environment {@code CUDA_VISIBLE_DEVICES} is used
   * @param root root of the file system
   */
  public static NvidiaGpus visible(Map<String, String> environment, Path root) {
    if (!hasDriver(root)) {
      return new NvidiaGpus(List.of(), "");
    }
    return managed(environment)
        .orElseGet(() -> new NvidiaGpus(select(devices(root), environment), ""));
  }

  private static boolean hasDriver(Path root) {
    return Files.exists(root.resolve("dev/nvidiactl"))
        || Files.exists(root.resolve("dev/dxg")) // Windows' driver in WSL
        || Files.exists(root.resolve("proc/driver/nvidia"));
  }

  private static Optional<NvidiaGpus> managed(Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "nvidia-smi",
            "--query-gpu=index,uuid,driver_version,name,memory.total",
            "--format=csv,noheader,nounits");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = output(process);
      return output.isBlank() ? Optional.empty() : Optional.of(ofTable(output, environment));
    } catch (IOException e) {
      return Optional.empty(); // no such program
    }
  }

  /** A driver in trouble can block the program for ever. */
  private static String output(Process process) throws IOException {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return "";
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Reads the table of {@code nvidia-smi}: index, UUID, driver version, name, memory in MiB.
   *
   * @param environment {@code CUDA_VISIBLE_DEVICES} is used
   */
  static NvidiaGpus ofTable(String table, Map<String, String> environment) {
    List<Gpu> all = new ArrayList<>();
    String driver = "";
    for (String line : table.lines().toList()) {
      String[] cells = line.split(",", -1);
      if (cells.length == 5) {
        driver = cells[2].strip();
        all.add(new Gpu(cells[1].strip(), cells[3].strip() + ", " + cells[4].strip() + " MiB"));
      }
    }
    return new NvidiaGpus(select(all, environment), driver);
  }

  /**
   * Counts {@code /dev/nvidia0}, …; the folder in /proc lists GPUs that were not passed in, too.
   */
  private static List<Gpu> devices(Path root) {
    List<Gpu> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve("dev"), "nvidia*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (NUMBERED.matcher(name).matches()) {
          all.add(new Gpu(name, "/dev/" + name));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    all.sort(Comparator.comparing(Gpu::description));
    return all;
  }

  /** As CUDA reads {@code CUDA_VISIBLE_DEVICES}: all that follows an unknown device is ignored. */
  private static List<String> select(List<Gpu> all, Map<String, String> environment) {
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible == null) {
      return all.stream().map(Gpu::description).toList();
    }
    List<String> selected = new ArrayList<>();
    for (String name : visible.split(",", -1)) {
      Optional<Gpu> gpu = named(all, name.strip());
      if (gpu.isEmpty()) {
        break;
      }
      selected.add(gpu.get().description());
    }
    return selected;
  }

  private static Optional<Gpu> named(List<Gpu> all, String name) {
    if (name.matches("\\d{1,4}")) {
      int index = Integer.parseInt(name);
      return index < all.size() ? Optional.of(all.get(index)) : Optional.empty();
    }
    String prefix = name.toLowerCase(Locale.ROOT);
    return prefix.isEmpty()
        ? Optional.empty()
        : all.stream()
            .filter(gpu -> gpu.uuid().toLowerCase(Locale.ROOT).startsWith(prefix))
            .findFirst();
  }

  /** A GPU as the driver names it. */
  private record Gpu(String uuid, String description) {}
}
