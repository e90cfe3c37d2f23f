package dev.flipside.models.card;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads and writes class maps. A class map is given as {@code camvid}, {@code cityscapes}, a number
 * of classes, or a JSON file: {@code
 * {"classes":[{"name":…,"color":"#rrggbb"},…],"ignoreIndex":255}}. Colors are given for all classes
 * or for none; the default ignore index is 255. The JSON Schema is {@code class-map.schema.json}.
 */
public final class ClassMaps {
  private static final long LARGEST_FILE = 1 << 20;

  private ClassMaps() {}

  /**
   * Reads a class map by name, number of classes or file.
   *
   * @throws FlipsideException if the argument is none of these, or the file cannot be read
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
      return fromJson(TextFile.read(file), text);
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
   * Reads a class map by name, number of classes or file.
   *
   * @throws FlipsideException if the argument is none of these, or the file cannot be read
   */
  public static ClassMap read(String nameOrFile) {
    try {
      return read(Path.of(nameOrFile));
    } catch (InvalidPathException e) {
      throw new FlipsideException("classes \"" + nameOrFile + "\": not a file name", e);
    }
  }

  /** Returns the class map as indented JSON. */
  public static String toJson(ClassMap classes) {
    return CardJson.write(classes);
  }

  /**
   * Reads a class map from JSON.
   *
   * @param source origin of the text, used in error messages
   * @throws FlipsideException if the text is not a valid class map; the message names the field
   */
  public static ClassMap fromJson(String json, String source) {
    return CardJson.readClasses(json, source);
  }

  /** Writes a class map to a file as JSON. */
  public static void write(Path file, ClassMap classes) throws IOException {
    Files.write(file, toJson(classes).getBytes(StandardCharsets.UTF_8));
  }
}
