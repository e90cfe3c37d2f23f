package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.annotation.archive.AnnotationFile;
import dev.flipside.scorer.annotation.model.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Selects the entries of an archive that a format reads; the others are reported as left out. */
final class Documents {
  private Documents() {}

  /**
   * Returns the documents of a file: the file itself, or the matching entries of an archive.
   *
   * @param expected what the entries are, and the remedy, for messages
   * @throws FlipsideException if an archive has no such entry
   */
  static List<AnnotationFile.Entry> select(
      AnnotationFile file,
      Annotation.Sink sink,
      Predicate<AnnotationFile.Entry> wanted,
      String expected) {
    if (!file.isArchive()) {
      return file.entries();
    }
    List<AnnotationFile.Entry> selected = new ArrayList<>();
    for (AnnotationFile.Entry each : file.entries()) {
      if (wanted.test(each)) {
        selected.add(each);
      } else {
        sink.leftOut(new AnnotationFile.LeftOut(each.name(), "not " + firstPart(expected)));
      }
    }
    if (selected.isEmpty()) {
      throw new FlipsideException("the ZIP file has no " + expected);
    }
    return selected;
  }

  private static String firstPart(String expected) {
    int end = expected.indexOf(';');
    return end < 0 ? expected : expected.substring(0, end);
  }

  /**
   * @throws FlipsideException if the file is no archive
   */
  static void requireArchive(AnnotationFile file, String expected) {
    if (!file.isArchive()) {
      throw new FlipsideException("no ZIP file, or an empty one; expected " + expected);
    }
  }

  /** Returns the name of an entry without its folders. */
  static String fileName(AnnotationFile.Entry entry) {
    String path = entry.name().replace('\\', '/');
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the folders of an entry with a slash at the end, or nothing. */
  static String folder(AnnotationFile.Entry entry) {
    String path = entry.name().replace('\\', '/');
    return path.substring(0, path.lastIndexOf('/') + 1);
  }
}
