package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Class maps as people name them: {@code camvid}, {@code cityscapes}, a number of classes, or a
 * JSON file: {@code {"classes":[{"name":…,"color":"#rrggbb"},…],"ignoreIndex":255}}. Either all
 * classes have a color or none; without ignore index it is 255. The file follows the JSON Schema
 * {@code class-map.schema.json}.
 */
public final class ClassMaps {
  private static final long LARGEST_FILE = 1 << 20;

  private ClassMaps() {}

  /**
   * A class map by name, by number or from a file.
   *
   * @throws FlipsideException if it is none of these, or the file cannot be read
   */
  public static ClassMap read(Path file) {
    String text = file.toString();
    if (text.equalsIgnoreCase("camvid")) {
      return ClassMap.CAMVID;
    }
    if (text.equalsIgnoreCase("cityscapes")) {
      return ClassMap.CITYSCAPES;
    }
    if (text.matches("\\d{1,9}")) {
      try {
        return ClassMap.unnamed(Integer.parseInt(text));
      } catch (IllegalArgumentException e) {
        throw new FlipsideException("classes " + text + ": expected 1 to 255", e);
      }
    }
    try {
      long size = Files.size(file);
      if (size > LARGEST_FILE) {
        throw new FlipsideException(
            file + ": " + size + " bytes, expected a class map of at most " + LARGEST_FILE);
      }
      return fromJson(Files.readString(file), text);
    } catch (NoSuchFileException e) {
      throw new FlipsideException(
          file
              + ": no such class map; expected camvid, cityscapes, a number of classes or a JSON"
              + " file",
          e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot read the class map: " + e.getMessage(), e);
    }
  }

  /**
   * A class map by name, by number or from a file.
   *
   * @throws FlipsideException if it is none of these, or the file cannot be read
   */
  public static ClassMap read(String nameOrFile) {
    try {
      return read(Path.of(nameOrFile));
    } catch (InvalidPathException e) {
      throw new FlipsideException("classes \"" + nameOrFile + "\": not a file name", e);
    }
  }

  /** The class map as indented JSON. */
  public static String toJson(ClassMap classes) {
    return CardJson.write(classes);
  }

  /**
   * Reads a class map from JSON text.
   *
   * @param source where the text stands, for errors
   * @throws FlipsideException if the text is not JSON or not a class map; names the field
   */
  public static ClassMap fromJson(String json, String source) {
    return CardJson.readClasses(json, source);
  }

  /** Writes a class map to a file as JSON. */
  public static void write(Path file, ClassMap classes) throws IOException {
    Files.write(file, toJson(classes).getBytes(StandardCharsets.UTF_8));
  }
}
