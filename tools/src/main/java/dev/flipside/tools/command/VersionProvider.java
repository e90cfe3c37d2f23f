package dev.flipside.tools.command;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this build and the Java it runs on. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "flipside " + version(),
      "Java " + Runtime.version() + " (" + System.getProperty("os.arch") + ")"
    };
  }

  /** The version in the jar's manifest, or {@code development} when run from class files. */
  public static String version() {
    String version = VersionProvider.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
