package dev.flipside.tools.results;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file as Flipside writes them: the columns' names in the first line, no quotes.
 *
 * @param header names of the columns
 * @param rows the lines after it
 */
public record CsvTable(List<String> header, List<Row> rows) {

  /**
   * Reads a file.
   *
   * @param required columns it must have
   * @throws FlipsideException if there is no such file, a column is missing, or a line has another
   *     number of values than there are columns
   */
  public static CsvTable read(Path file, List<String> required) {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return parse(file.toString(), text, required);
    } catch (NoSuchFileException e) {
      throw new FlipsideException(
          file
              + ": no such file, expected the measurements of a run; nothing was measured yet, or"
              + " this is not the folder of a run",
          e);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read as UTF-8 text (" + e + ")", e);
    }
  }

  public static CsvTable parse(String source, String text, List<String> required) {
    List<String> lines = text.lines().toList();
    List<String> header = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    for (String name : required) {
      if (!header.contains(name)) {
        throw new FlipsideException(
            source
                + " line 1: no column \""
                + name
                + "\", expected "
                + String.join(",", required)
                + "; write the file anew or repair its first line");
      }
    }
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      columns.put(header.get(i), i);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String where = source + " line " + (i + 1);
      List<String> values = List.of(lines.get(i).split(",", -1));
      if (values.size() != header.size()) {
        throw new FlipsideException(
            where
                + ": "
                + values.size()
                + " values, expected "
                + header.size()
                + " as in line 1; the file was cut or changed by hand");
      }
      rows.add(new Row(where, columns, values));
    }
    return new CsvTable(header, rows);
  }

  /**
   * One line.
   *
   * @param where file and line, for errors
   * @param columns place of each column
   * @param values what stands in the line
   */
  public record Row(String where, Map<String, Integer> columns, List<String> values) {
    public String text(String column) {
      Integer at = columns.get(column);
      return at == null ? "" : values.get(at);
    }

    /** A number; NaN where the file says so or says nothing. */
    double number(String column) {
      String text = text(column);
      if (text.isBlank()) {
        return Double.NaN;
      }
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw wrong(column, "a number", e);
      }
    }

    /** A fraction of one, or NaN. */
    public double fraction(String column) {
      double value = number(column);
      if (value < 0 || value > 1) {
        throw wrong(column, "0 to 1", null);
      }
      return value;
    }

    long integer(String column) {
      try {
        return Long.parseLong(text(column));
      } catch (NumberFormatException e) {
        throw wrong(column, "a whole number", e);
      }
    }

    private FlipsideException wrong(
        String column, String expected, @org.jspecify.annotations.Nullable Exception cause) {
      return new FlipsideException(
          where
              + ": column \""
              + column
              + "\": expected "
              + expected
              + ", found \""
              + text(column)
              + "\"; the file was cut or changed by hand",
          cause);
    }
  }
}
