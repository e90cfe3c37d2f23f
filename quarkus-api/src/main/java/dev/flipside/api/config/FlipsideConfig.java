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
 * Settings of the service, all below {@code flipside.}. Sources, in order of precedence: system
 * properties ({@code -Dflipside.data-dir=…}), environment variables ({@code FLIPSIDE_DATA_DIR}),
 * and {@code config/application.properties} in the working directory. An invalid value stops the
 * startup with the name of the property.
 */
@ConfigMapping(prefix = "flipside")
public interface FlipsideConfig {
  /** Default of {@link #dataDir}. */
  String DEFAULT_DATA_DIR = "flipside-data";

  /**
   * Comma-separated folders below which requests may name pools, lists and models. Nothing outside
   * is read on request, not even through symbolic links. If empty, requests cannot name paths.
   */
  Optional<List<Path>> roots();

  /** Data folder of the service: database, models, uploads. Created at the first start. */
  @WithDefault(DEFAULT_DATA_DIR)
  Path dataDir();

  /** Storage of campaigns. */
  Ledger ledger();

  /** Scoring of pools. */
  Scoring scoring();

  /** Leasing of regions. */
  Selection selection();

  /** Limits on size and rate of requests. */
  Limits limits();

  /** Host names and web pages from which the service is used. */
  Http http();

  /** Authentication and authorization. */
  Security security();

  /** Location of native libraries. */
  @WithName("native")
  NativeLibraries nativeLibraries();

  /** Storage of campaigns. */
  interface Ledger {
    /**
     * JDBC URL of the database: {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/NAME}.
     * Default: {@code campaigns.db} in the data folder.
     */
    Optional<String> url();
  }

  /** Location of native libraries. */
  interface NativeLibraries {
    /**
     * Folder that OpenCV's libraries are extracted to, or loaded from by the native executable.
     * Default: the user's cache. Must be set as a system property ({@code -D}).
     */
    Optional<Path> cache();
  }

  /** Scoring of pools. */
  interface Scoring {
    /** Execution provider of ONNX Runtime: auto, cpu, cuda or tensorrt. */
    @WithDefault("auto")
    @Pattern(regexp = "(?i)auto|cpu|cuda|tensorrt")
    String provider();

    /**
     * Device: auto, cpu, cuda or cuda:all for all GPUs, or GPUs by index: cuda:1, cuda:0,2. A GPU
     * that is named here is used, or the service does not start.
     */
    @WithDefault("auto")
    @Pattern(regexp = "auto|cpu|cuda(:(all|\\d{1,4}(,\\d{1,4})*))?")
    String device();

    /** Images per batch. */
    @WithDefault("1")
    @Min(1)
    @Max(256)
    int batch();

    /** Threads of ONNX Runtime; 0 for one per core. */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int threads();

    /** Threads that read and decode images. */
    @WithDefault("2")
    @Min(1)
    @Max(256)
    int decodeThreads();

    /**
     * Maximum time that a model may take for an image. The run is ended, the image fails, and so
     * does the job if that happens to three images in a row.
     */
    @WithDefault("5m")
    Duration imageTimeout();

    /** Maximum number of queued and running jobs; further requests are rejected with 429. */
    @WithDefault("64")
    @Min(1)
    int queue();
  }

  /** Leasing of regions. */
  interface Selection {
    /**
     * How long a request for regions waits for an unfinished scoring. Clients can override it, up
     * to {@link #longestWait}, with {@code Prefer: wait=SECONDS}.
     */
    @WithName("wait")
    @WithDefault("20s")
    Duration waitForScores();

    /** Maximum wait that clients can request. */
    @WithDefault("5m")
    Duration longestWait();

    /** Maximum number of regions per selection. */
    @WithDefault("1000")
    @Min(1)
    int maxRegions();

    /** Default duration of a lease. */
    @WithDefault("30m")
    Duration lease();

    /** Maximum duration of a lease that clients can request. */
    @WithDefault("24h")
    Duration longestLease();
  }

  /** Limits on size and rate of requests. */
  interface Limits {
    /** Maximum size of a JSON request in bytes. */
    @WithDefault("1048576")
    @Min(1024)
    long json();

    /** Maximum size of an uploaded label or annotation file in bytes. */
    @WithDefault("67108864")
    @Min(1024)
    long label();

    /** Maximum size of an uploaded model in bytes. */
    @WithDefault("2147483647")
    @Min(1024)
    long model();

    /**
     * Maximum number of pixels of an image or label, independent of the file size. Protects against
     * decompression bombs.
     */
    @WithDefault("100000000")
    @Min(1)
    long pixels();

    /**
     * Maximum memory in bytes of everything that requests decode at once: labels, images,
     * annotation files. Requests wait for it, and are rejected with 429 after a while. Default:
     * half of the maximum heap.
     */
    Optional<@Min(1 << 20) Long> decodeBytes();

    /**
     * Maximum number of concurrent requests over all clients; further requests are rejected with
     * 429. A client, identified by API key or else by address, gets at most half of them. The same
     * holds for {@link #concurrentUploads} and {@link #waitingRequests}, which count apart.
     */
    @WithDefault("256")
    @Min(1)
    int concurrentRequests();

    /** Maximum number of requests whose body is arriving. */
    @WithDefault("128")
    @Min(1)
    int concurrentUploads();

    /** Maximum number of requests that wait for scores or stream the events of a job. */
    @WithDefault("256")
    @Min(1)
    int waitingRequests();

    /** Time in which the next 16 KiB of a body, or its rest, must arrive. */
    @WithDefault("30s")
    Duration bodyTimeout();

    /**
     * Maximum requests per second and client, identified by API key or else by address; 0 for no
     * limit.
     */
    @WithDefault("0")
    @Min(0)
    int requestsPerSecond();
  }

  /** Host names and web pages from which the service is used. */
  interface Http {
    /**
     * Host names, without port, under which the service is reached beside localhost. If API keys
     * are configured, its addresses need not be listed, and as long as this list is empty, requests
     * with a valid key may use any name.
     */
    Optional<List<String>> hosts();

    /** Web pages of other origins. */
    Cors cors();

    /** Web pages of other origins. */
    interface Cors {
      /**
       * Origins ({@code https://labels.example.org}) whose pages may read answers and send changes.
       * All other origins are refused.
       */
      Optional<List<String>> origins();
    }
  }

  /** Authentication and authorization. */
  interface Security {
    /**
     * API keys by name. If empty, all requests have full access, which is permitted only on the
     * loopback address.
     */
    Map<String, Key> keys();

    /** An API key, stored as a hash. */
    interface Key {
      /** SHA-256 of the key in 64 hexadecimal digits: {@code printf %s "$KEY" | sha256sum}. */
      @Pattern(regexp = "[0-9a-fA-F]{64}")
      String sha256();

      /** Role: annotator, operator or admin; each includes the previous ones. */
      @Pattern(regexp = "annotator|operator|admin")
      String role();
    }
  }
}
