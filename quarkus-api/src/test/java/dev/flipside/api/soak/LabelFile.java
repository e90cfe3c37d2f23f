package dev.flipside.api.soak;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a label of class 0 for {@code benchmarks/soak.sh}: height, width, file. */
final class LabelFile {
  private LabelFile() {}

  public static void main(String[] args) throws IOException {
    ImageSize size = new ImageSize(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    LabelMap label = new LabelMap(size, new byte[Math.toIntExact(size.pixels())]);
    Files.write(Path.of(args[2]), ImageWriter.encodePng(label));
  }
}
