package dev.flipside.api.problem;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognizes failures because no space is left on a disk. */
public final class FullDisk {
  private static final Set<String> SAID =
      Set.of(
          "no space left on device",
          "disk quota exceeded",
          "file too large",
          "not enough space on the disk");

  private FullDisk() {}

  /** Returns whether an exception, or one of its causes, says that a disk or quota is full. */
  public static boolean caused(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
      if (each instanceof IOException && SAID.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }
}
