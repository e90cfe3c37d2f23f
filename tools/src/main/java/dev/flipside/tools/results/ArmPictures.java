package dev.flipside.tools.results;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of one arm: whole images as the network saw them, and the regions it selected.
 *
 * @param strategy name of the arm's strategy
 * @param seed seed of the arm
 * @param examples whole images, one a row
 * @param atlas selected regions in the order they were selected
 */
public record ArmPictures(String strategy, long seed, List<Example> examples, List<Tile> atlas) {
  /** First bytes of a PNG file. */
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  /** Validates the components. */
  public ArmPictures {
    examples = List.copyOf(examples);
    atlas = List.copyOf(atlas);
  }

  /**
   * A selected region.
   *
   * @param round selection it was made in
   * @param image id of the image
   * @param row row in the grid
   * @param col column in the grid
   * @param score what it was selected for, null where the selection has no score
   * @param file PNG of its pixels, or null
   * @param entropyFile PNG of its uncertainty, or null
   */
  public record Tile(
      long round,
      String image,
      long row,
      long col,
      @Nullable Double score,
      @Nullable Path file,
      @Nullable Path entropyFile) {}

  /**
   * A whole image.
   *
   * @param image id of the image
   * @param captions what each picture shows
   * @param files PNG of each picture
   */
  public record Example(String image, List<String> captions, List<Path> files) {}

  /** Reads what an arm's folder holds; it may hold nothing. */
  public static ArmPictures read(Path folder, String strategy, long seed) {
    Path pictures = folder.resolve("pictures.json");
    Path atlas = folder.resolve("atlas.json");
    return new ArmPictures(
        strategy,
        seed,
        Files.exists(pictures)
            ? JsonFile.read(pictures).list(each -> example(each, folder))
            : List.of(),
        Files.exists(atlas) ? JsonFile.read(atlas).list(each -> tile(each, folder)) : List.of());
  }

  /**
   * The bytes of a picture.
   *
   * @throws FlipsideException if there is no such file, or it is no PNG
   */
  public static byte[] png(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < PNG.length; i++) {
        if (i >= bytes.length || bytes[i] != PNG[i]) {
          throw new FlipsideException(
              file + ": " + bytes.length + " bytes that are no PNG, expected a picture of the run");
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new FlipsideException(
          file + ": cannot be read (" + e + "), expected a picture that the run's JSON names", e);
    }
  }

  private static Example example(JsonFile json, Path folder) {
    List<String> captions = json.at("captions").list(JsonFile::text);
    List<Path> files = json.at("files").list(each -> inside(folder, each));
    if (captions.size() != files.size()) {
      throw json.at("captions").wrong(files.size() + " texts, one for each file");
    }
    return new Example(json.at("image").text(), captions, files);
  }

  private static Tile tile(JsonFile json, Path folder) {
    return new Tile(
        json.at("round").integer(),
        json.at("image").text(),
        json.at("row").integer(),
        json.at("col").integer(),
        json.at("score").numberOrNull(),
        insideOrNull(folder, json, "file"),
        insideOrNull(folder, json, "entropyFile"));
  }

  private static @Nullable Path insideOrNull(Path folder, JsonFile json, String name) {
    return json.has(name) ? inside(folder, json.at(name)) : null;
  }

  /** A page must not embed what lies elsewhere. */
  private static Path inside(Path folder, JsonFile json) {
    Path file = folder.resolve(json.text()).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw json.wrong("a file inside of " + folder);
    }
    return file;
  }
}
