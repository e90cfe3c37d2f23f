package dev.flipside.scorer.annotation.archive;

/**
 * Limits that keep small archives from unpacking into large ones.
 *
 * @param entries maximum number of entries
 * @param entryBytes maximum size of an unpacked entry
 * @param totalBytes maximum size of everything unpacked in one reading of the file
 */
public record ArchiveLimits(int entries, long entryBytes, long totalBytes) {
  private static final int ENTRIES = 1_000_000;
  private static final int ENTRIES_OF_FULL_SIZE = 16;

  /** Creates limits for entries of a maximum size: a million of them, and 16 times that size. */
  public static ArchiveLimits ofEntryBytes(long entryBytes) {
    return new ArchiveLimits(ENTRIES, entryBytes, ENTRIES_OF_FULL_SIZE * entryBytes);
  }
}
