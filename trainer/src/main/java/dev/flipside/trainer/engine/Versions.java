package dev.flipside.trainer.engine;

import ai.djl.Device;
import java.util.SortedMap;
import java.util.TreeMap;

/** Software versions, for the provenance of a model. */
public final class Versions {
  private Versions() {}

  /** Returns the version of Flipside; {@code development} if it does not run from its jar. */
  public static String flipside() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Returns versions by name: Flipside, Java, the training engine and its convolution backend.
   *
   * @param device device of the training
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
