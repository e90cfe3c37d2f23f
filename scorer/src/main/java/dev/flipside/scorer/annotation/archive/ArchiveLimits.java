package dev.flipside.scorer.annotation.archive;

/**
 * Limits that keep small files from unpacking into large ones.
 *
 * @param entries maximum number of entries
 * @param entryBytes maximum size of an unpacked entry
 * @param totalBytes maximum size of everything unpacked in one reading of the file
 * @param pixels maximum number of pixels of all PNG files decoded in one reading of the file
 * @param jsonValues maximum number of JSON values kept in memory at once
 */
public record ArchiveLimits(
    int entries, long entryBytes, long totalBytes, long pixels, long jsonValues) {
  private static final int ENTRIES = 100_000;
  private static final int ENTRIES_OF_FULL_SIZE = 16;
  private static final long PIXELS = 1L << 31;
  private static final long JSON_VALUES = 1L << 21;

  /** Bytes per JSON value, and pixels per byte, of entries beyond which those limits grow. */
  private static final int RATIO = 32;

  /**
   * Creates limits for entries of a maximum size: 100,000 of them, 16 times that size, at least
   * 2<sup>31</sup> pixels and at least 2<sup>21</sup> JSON values.
   */
  public static ArchiveLimits ofEntryBytes(long entryBytes) {
    return new ArchiveLimits(
        ENTRIES,
        entryBytes,
        ENTRIES_OF_FULL_SIZE * entryBytes,
        Math.max(PIXELS, RATIO * entryBytes),
        Math.max(JSON_VALUES, entryBytes / RATIO));
  }

  /** Returns limits with at most as many JSON values. */
  public ArchiveLimits withJsonValues(long most) {
    return new ArchiveLimits(entries, entryBytes, totalBytes, pixels, Math.min(jsonValues, most));
  }
}
