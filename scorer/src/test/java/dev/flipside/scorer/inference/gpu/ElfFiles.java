package dev.flipside.scorer.inference.gpu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the smallest files with a dynamic section: headers, one segment, names, entries. What the
 * dynamic loader would need beyond them is absent.
 */
public final class ElfFiles {
  private static final int NAMES = 64 + 2 * 56;

  /** Segments are loaded elsewhere than they are in the file. */
  private static final long LOADED_AT = 0x10000;

  private ElfFiles() {}

  /** Writes a library that needs others. */
  public static Path write(Path file, String... needed) throws IOException {
    return Files.write(file, library(file.getFileName().toString(), "", needed));
  }

  /** Returns a library with a name, a search path (may be empty) and the libraries it needs. */
  static byte[] library(String name, String searchPath, String... needed) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    List<Map.Entry<Long, Long>> entries = new ArrayList<>();
    entries.add(Map.entry(14L, add(names, name)));
    for (String each : needed) {
      entries.add(Map.entry(1L, add(names, each)));
    }
    if (!searchPath.isEmpty()) {
      entries.add(Map.entry(29L, add(names, searchPath)));
    }
    entries.add(Map.entry(5L, LOADED_AT + NAMES));
    entries.add(Map.entry(10L, (long) names.size()));
    entries.add(Map.entry(0L, 0L));
    int dynamic = NAMES + names.size();
    int length = dynamic + 16 * entries.size();
    ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putLong(32, 64); // e_phoff
    file.putShort(54, (short) 56); // e_phentsize
    file.putShort(56, (short) 2); // e_phnum
    program(file, 64, 1, 0, LOADED_AT, length);
    program(file, 64 + 56, 2, dynamic, LOADED_AT + dynamic, length - dynamic);
    file.put(NAMES, names.toByteArray());
    int at = dynamic;
    for (Map.Entry<Long, Long> entry : entries) {
      file.putLong(at, entry.getKey()).putLong(at + 8, entry.getValue());
      at += 16;
    }
    return file.array();
  }

  private static void program(
      ByteBuffer file, int at, int type, long offset, long address, long size) {
    file.putInt(at, type);
    file.putLong(at + 8, offset);
    file.putLong(at + 16, address);
    file.putLong(at + 32, size);
  }

  private static long add(ByteArrayOutputStream names, String name) {
    long at = names.size();
    names.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    names.write(0);
    return at;
  }
}
