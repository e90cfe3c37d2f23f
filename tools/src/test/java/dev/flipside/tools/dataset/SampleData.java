package dev.flipside.tools.dataset;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Small labelled data sets for tests. */
public final class SampleData {
  private final Path root;

  public SampleData(Path root) {
    this.root = root;
  }

  /** A black image. */
  public SampleData image(String name, int height, int width) throws IOException {
    ImageWriter.writeRgb(file(name), DecodedImage.black(new ImageSize(height, width)));
    return this;
  }

  /** A label map; pixels that no id is given for hold 0. */
  public SampleData label(String name, int height, int width, int... ids) throws IOException {
    byte[] bytes = new byte[height * width];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    ImageWriter.writeLabel(file(name), new LabelMap(new ImageSize(height, width), bytes));
    return this;
  }

  /** Takes the second half of a file away. */
  SampleData cut(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(root.resolve(name));
    Files.write(root.resolve(name), Arrays.copyOf(bytes, bytes.length / 2));
    return this;
  }

  private Path file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return file;
  }
}
