package dev.flipside.scorer.annotation.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * Names of ZIP entries. An entry that does not declare the encoding of its name is in UTF-8 if its
 * bytes are valid UTF-8, as many programs write it, and otherwise in code page 437, the standard.
 */
final class EntryNames {
  private static final String CODE_PAGE_437 = "IBM437";

  private EntryNames() {}

  static String of(ZipArchiveEntry entry) {
    byte[] raw = entry.getRawName();
    if (raw == null
        || entry.getGeneralPurposeBit().usesUTF8ForNames()
        || entry.getNameSource() == ZipArchiveEntry.NameSource.UNICODE_EXTRA_FIELD) {
      return entry.getName();
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      Charset fallback =
          Charset.isSupported(CODE_PAGE_437)
              ? Charset.forName(CODE_PAGE_437)
              : StandardCharsets.ISO_8859_1;
      return new String(raw, fallback);
    }
  }

  /** Returns whether an entry is metadata of an operating system. */
  static boolean isSystemFile(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return name.startsWith("__MACOSX/")
        || name.contains("/__MACOSX/")
        || file.startsWith("._")
        || file.equals(".DS_Store")
        || file.equalsIgnoreCase("Thumbs.db")
        || file.equalsIgnoreCase("desktop.ini");
  }
}
