package dev.flipside.trainer;

import java.util.SortedMap;
import java.util.TreeMap;

/** Versions of what a model is made with, for its provenance. */
public final class Versions {
  private Versions() {}

  /** The version of Flipside, {@code development} where it does not run from its jar. */
  public static String flipside() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Versions by name: Flipside, Java, and the training engine. */
  public static SortedMap<String, String> all() {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("flipside", flipside());
    versions.put("java", Runtime.version().toString());
    versions.put("pytorch", Torch.engine().getVersion());
    return versions;
  }
}
