package dev.flipside.api.soak;

import dev.flipside.api.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a label of class 0 for {@code benchmarks/soak.sh}: height, width, file. */
final class LabelFile {
  private LabelFile() {}

  public static void main(String[] args) throws IOException {
    Files.write(
        Path.of(args[2]), TestData.label(Integer.parseInt(args[0]), Integer.parseInt(args[1]), 0));
  }
}
