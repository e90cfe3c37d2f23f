package dev.flipside.scorer.image;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.opencv_java;
import org.opencv.core.Core;

/**
 * Loads OpenCV's native libraries once a process. On Linux they are unpacked once a machine into a
 * folder that carries their version, {@code ~/.cache/flipside/opencv-…}, and loaded from there,
 * which takes a tenth of a second; elsewhere JavaCPP does it.
 */
public final class OpenCv {
  /** System property that names the folder to unpack into, in place of the user's cache. */
  public static final String CACHE_PROPERTY = "flipside.native.cache";

  /** What {@code libopencv_java.so} needs, each after what it needs itself. */
  private static final List<String> OPENBLAS =
      List.of("libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");

  private static final List<String> MODULES =
      List.of(
          "core",
          "imgproc",
          "flann",
          "features2d",
          "calib3d",
          "dnn",
          "ml",
          "imgcodecs",
          "videoio",
          "video",
          "objdetect",
          "photo",
          "plot",
          "phase_unwrapping",
          "aruco",
          "bgsegm",
          "bioinspired",
          "dnn_superres",
          "face",
          "img_hash",
          "saliency",
          "structured_light",
          "text",
          "tracking",
          "wechat_qrcode",
          "xfeatures2d",
          "ximgproc",
          "xphoto");

  private OpenCv() {}

  /**
   * Loads the libraries if they are not loaded yet; afterwards {@code org.opencv} works.
   *
   * @throws FlipsideException if the libraries are not on the class path, cannot be unpacked or do
   *     not load
   */
  public static void load() {
    if (!Loaded.FAILURE.isEmpty()) {
      throw new FlipsideException(Loaded.FAILURE);
    }
  }

  /** The version of OpenCV, for example {@code 4.13.0}; nothing is loaded to know it. */
  public static String version() {
    return Core.VERSION;
  }

  /** Holds what came of loading: class initialisation runs it once, whoever asks first. */
  private static final class Loaded {
    /** Empty if all went well. */
    static final String FAILURE = attempt();

    private static String attempt() {
      try {
        if (platform().startsWith("linux-")) {
          loadUnpacked(unpacked());
        } else {
          Loader.load(opencv_java.class);
        }
        // Decoding has its own threads; OpenCV's would only compete with them.
        Core.setNumThreads(0);
        return "";
      } catch (IOException | UncheckedIOException | LinkageError e) {
        return "OpenCV "
            + Core.VERSION
            + " for "
            + platform()
            + " could not be loaded: "
            + e.getMessage()
            + "; the jars org.bytedeco:opencv and org.bytedeco:openblas of this platform must be"
            + " on the class path, and -D"
            + CACHE_PROPERTY
            + "=DIR names another folder to unpack them into";
      }
    }
  }

  static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String family = os.contains("linux") ? "linux" : os.contains("mac") ? "macosx" : "windows";
    return family + (arch.equals("aarch64") ? "-arm64" : "-x86_64");
  }

  private static void loadUnpacked(Path folder) {
    for (String file : files().keySet()) {
      Path library = folder.resolve(file);
      if (Files.exists(library)) {
        System.load(library.toString());
      }
    }
  }

  /** File name to resource name, in the order of loading. */
  private static Map<String, String> files() {
    String soname = String.format(Locale.ROOT, "%d%02d", Core.VERSION_MAJOR, Core.VERSION_MINOR);
    Map<String, String> files = new java.util.LinkedHashMap<>();
    for (String library : OPENBLAS) {
      files.put(library, "org/bytedeco/openblas/" + platform() + "/" + library);
    }
    List<String> opencv = new ArrayList<>();
    MODULES.forEach(module -> opencv.add("libopencv_" + module + ".so." + soname));
    opencv.add("libopencv_java.so");
    for (String library : opencv) {
      files.put(library, "org/bytedeco/opencv/" + platform() + "/" + library);
    }
    return files;
  }

  private static Path unpacked() throws IOException {
    String name = "opencv-" + packagedVersion() + "-" + platform();
    Path cache = cacheFolder();
    Path complete = cache.resolve(name);
    if (Files.isDirectory(complete)) {
      return complete;
    }
    Files.createDirectories(cache);
    Path temporary = Files.createTempDirectory(cache, name + ".");
    try {
      unpackInto(temporary);
      try {
        Files.move(temporary, complete);
      } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
        // Another process was quicker; what it unpacked is the same.
        delete(temporary);
      }
    } catch (IOException | RuntimeException e) {
      delete(temporary);
      throw e;
    }
    return complete;
  }

  private static void unpackInto(Path folder) throws IOException {
    ClassLoader loader = OpenCv.class.getClassLoader();
    for (Map.Entry<String, String> file : files().entrySet()) {
      try (InputStream resource = loader.getResourceAsStream(file.getValue())) {
        if (resource != null) {
          Files.copy(resource, folder.resolve(file.getKey()));
        } else if (!file.getKey().startsWith("libquadmath")) { // absent from Arm
          throw new IOException("no " + file.getValue() + " on the class path");
        }
      }
    }
  }

  private static Path cacheFolder() {
    String chosen = System.getProperty(CACHE_PROPERTY);
    if (chosen != null && !chosen.isBlank()) {
      return Path.of(chosen).toAbsolutePath();
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path home =
        xdg != null && !xdg.isBlank()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    Path cache = home.resolve("flipside").toAbsolutePath();
    return isWritable(cache)
        ? cache
        : Path.of(
                System.getProperty("java.io.tmpdir"), "flipside-" + System.getProperty("user.name"))
            .toAbsolutePath();
  }

  private static boolean isWritable(Path folder) {
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
  }

  private static String packagedVersion() throws IOException {
    String resource = "META-INF/maven/org.bytedeco/opencv/pom.properties";
    try (InputStream in = OpenCv.class.getClassLoader().getResourceAsStream(resource)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", Core.VERSION);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
