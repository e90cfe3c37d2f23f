package dev.flipside.trainer.engine;

import ai.djl.Device;
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

  /**
   * Versions by name: Flipside, Java, the training engine, and what computes its convolutions.
   *
   * @param device what is trained on
   */
  public static SortedMap<String, String> of(Device device) {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("flipside", flipside());
    versions.put("java", Runtime.version().toString());
    versions.put("pytorch", Torch.engine().getVersion());
    versions.put("convolutions", Torch.backend(device));
    return versions;
  }
}
