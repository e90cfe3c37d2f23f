package dev.flipside.api.config;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service. The native executable first locates its native libraries. */
@QuarkusMain
public final class ServiceMain {
  private ServiceMain() {}

  /** Runs the service until the process is stopped. */
  @SuppressWarnings("SystemOut") // there is no logging yet
  public static void main(String... arguments) {
    if (ImageMode.current() == ImageMode.NATIVE_RUN) {
      try {
        ExecutableLibraries.besideExecutable().use(System.getProperties());
      } catch (IllegalStateException e) {
        System.err.println("flipside: " + e.getMessage());
        System.exit(1);
      }
    }
    Quarkus.run(arguments);
  }
}
