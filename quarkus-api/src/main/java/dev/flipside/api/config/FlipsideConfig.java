package dev.flipside.api.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the service, all below {@code flipside.}: from system properties ({@code
 * -Dflipside.data-dir=…}), the environment ({@code FLIPSIDE_DATA_DIR}) or {@code
 * config/application.properties} beside the working folder, the first one found wins. What is wrong
 * stops the start with the name of the property.
 */
@ConfigMapping(prefix = "flipside")
public interface FlipsideConfig {
  /** The default of {@link #dataDir}. */
  String DEFAULT_DATA_DIR = "flipside-data";

  /**
   * Folders below which pools, lists and models named in requests may lie, separated by commas.
   * Nothing outside of them is ever read on request, symbolic links included. None: nothing can be
   * named by path.
   */
  Optional<List<Path>> roots();

  /** The folder of the service's own files: ledger, models, jobs. Made at the first start. */
  @WithDefault(DEFAULT_DATA_DIR)
  Path dataDir();

  /** Where campaigns are kept. */
  Ledger ledger();

  /** How pools are scored. */
  Scoring scoring();

  /** How regions are handed out. */
  Selection selection();

  /** What is refused as too large or too often. */
  Limits limits();

  /** Who may do what. */
  Security security();

  /** Where native libraries are. */
  @WithName("native")
  NativeLibraries nativeLibraries();

  /** Where campaigns are kept. */
  interface Ledger {
    /**
     * JDBC URL of the database: {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/NAME}.
     * Default: {@code campaigns.db} in the data folder.
     */
    Optional<String> url();
  }

  /** Where native libraries are. */
  interface NativeLibraries {
    /**
     * Folder that OpenCV's libraries are unpacked into, or found in by the native executable.
     * Default: the user's cache. Only a system property ({@code -D}) is seen.
     */
    Optional<Path> cache();
  }

  /** How pools are scored. */
  interface Scoring {
    /** Execution provider of ONNX Runtime: auto, cpu, cuda or tensorrt. */
    @WithDefault("auto")
    @Pattern(regexp = "(?i)auto|cpu|cuda|tensorrt")
    String provider();

    /** Images in one run of the model. */
    @WithDefault("1")
    @Min(1)
    @Max(256)
    int batch();

    /** Threads of ONNX Runtime; 0 takes one for each core. */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int threads();

    /** Threads that read and decode images. */
    @WithDefault("2")
    @Min(1)
    @Max(256)
    int decodeThreads();

    /** Jobs that may wait; one more is refused with 429. */
    @WithDefault("64")
    @Min(1)
    int queue();
  }

  /** How regions are handed out. */
  interface Selection {
    /**
     * How long a request for regions waits for a scoring that is not finished; a client asks for
     * less or more, up to {@link #longestWait}, with {@code Prefer: wait=SECONDS}.
     */
    @WithName("wait")
    @WithDefault("20s")
    Duration waitForScores();

    /** The longest wait that a client can ask for. */
    @WithDefault("5m")
    Duration longestWait();

    /** The most regions in one selection. */
    @WithDefault("1000")
    @Min(1)
    int maxRegions();

    /** How long regions are leased when the request does not say. */
    @WithDefault("30m")
    Duration lease();

    /** The longest lease that a request can ask for. */
    @WithDefault("24h")
    Duration longestLease();
  }

  /** What is refused as too large or too often. */
  interface Limits {
    /** Bytes of a JSON request. */
    @WithDefault("1048576")
    @Min(1024)
    long json();

    /** Bytes of an uploaded label or answer file. */
    @WithDefault("67108864")
    @Min(1024)
    long label();

    /** Bytes of an uploaded model. */
    @WithDefault("2147483647")
    @Min(1024)
    long model();

    /** Pixels of an image or label, whatever its file size; a decompression bomb ends here. */
    @WithDefault("100000000")
    @Min(1)
    long pixels();

    /** Requests in work at once, over all clients; more get 429. */
    @WithDefault("256")
    @Min(1)
    int concurrentRequests();

    /** Requests a second of one client (API key, or address without one); 0 sets no limit. */
    @WithDefault("0")
    @Min(0)
    int requestsPerSecond();
  }

  /** Who may do what. */
  interface Security {
    /**
     * API keys by a name of your choice. None: everybody may do everything, which the service
     * accepts only while it listens on the loopback address.
     */
    Map<String, Key> keys();

    /** One API key; the key itself is never stored. */
    interface Key {
      /** SHA-256 of the key in 64 hexadecimal digits: {@code printf %s "$KEY" | sha256sum}. */
      @Pattern(regexp = "[0-9a-fA-F]{64}")
      String sha256();

      /** annotator, operator or admin; each may do what the ones before it may. */
      @Pattern(regexp = "annotator|operator|admin")
      String role();
    }
  }
}
