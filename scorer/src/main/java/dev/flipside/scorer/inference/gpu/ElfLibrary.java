package dev.flipside.scorer.inference.gpu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the dynamic section of a shared library says about other libraries. Source: System V ABI,
 * chapters 4 and 5; 64-bit little-endian files only.
 *
 * @param name its own name ({@code DT_SONAME}), or empty if it has none
 * @param needed names of the libraries it is linked with ({@code DT_NEEDED}), in order
 * @param searchPath its own search path ({@code DT_RUNPATH}, else {@code DT_RPATH}), which may hold
 *     {@code $ORIGIN}
 */
record ElfLibrary(Optional<String> name, List<String> needed, List<String> searchPath) {
  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int DYNAMIC_ENTRY = 16;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int DT_NEEDED = 1;
  private static final int DT_STRTAB = 5;
  private static final int DT_STRSZ = 10;
  private static final int DT_SONAME = 14;
  private static final int DT_RPATH = 15;
  private static final int DT_RUNPATH = 29;

  /** Sections of libraries with 500 MB of code have a few megabytes; larger ones are damaged. */
  private static final long LARGEST_SECTION = 64L << 20;

  ElfLibrary {
    needed = List.copyOf(needed);
    searchPath = List.copyOf(searchPath);
  }

  /**
   * Reads the dynamic section.
   *
   * @throws IOException if the bytes are not a 64-bit little-endian shared library, or damaged
   */
  static ElfLibrary read(RandomAccessBytes bytes) throws IOException {
    ByteBuffer header = section(bytes, 0, FILE_HEADER);
    if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
      throw new IOException("not a 64-bit little-endian ELF file");
    }
    int headerSize = Short.toUnsignedInt(header.getShort(54));
    int headers = Short.toUnsignedInt(header.getShort(56));
    if (headerSize < PROGRAM_HEADER) {
      throw new IOException("program headers of " + headerSize + " bytes, expected 56");
    }
    ByteBuffer programs = section(bytes, header.getLong(32), (long) headers * headerSize);
    for (int at = 0; at < programs.capacity(); at += headerSize) {
      if (programs.getInt(at) == PT_DYNAMIC) {
        ByteBuffer dynamic = section(bytes, programs.getLong(at + 8), programs.getLong(at + 32));
        return ofDynamic(bytes, programs, headerSize, dynamic);
      }
    }
    throw new IOException("no dynamic section: not a shared library");
  }

  private static ElfLibrary ofDynamic(
      RandomAccessBytes bytes, ByteBuffer programs, int headerSize, ByteBuffer dynamic)
      throws IOException {
    long address = value(dynamic, DT_STRTAB);
    ByteBuffer names =
        section(bytes, offset(programs, headerSize, address), value(dynamic, DT_STRSZ));
    List<String> sonames = strings(dynamic, DT_SONAME, names);
    List<String> paths = strings(dynamic, DT_RUNPATH, names);
    if (paths.isEmpty()) {
      paths = strings(dynamic, DT_RPATH, names);
    }
    List<String> folders = new ArrayList<>();
    for (String path : paths) {
      folders.addAll(List.of(path.split(":")));
    }
    return new ElfLibrary(
        sonames.stream().findFirst(), strings(dynamic, DT_NEEDED, names), folders);
  }

  private static long value(ByteBuffer dynamic, int tag) throws IOException {
    for (int at = 0; at + DYNAMIC_ENTRY <= dynamic.capacity(); at += DYNAMIC_ENTRY) {
      if (dynamic.getLong(at) == tag) {
        return dynamic.getLong(at + 8);
      }
    }
    throw new IOException("the dynamic section has no entry " + tag);
  }

  private static List<String> strings(ByteBuffer dynamic, int tag, ByteBuffer names)
      throws IOException {
    List<String> found = new ArrayList<>();
    for (int at = 0; at + DYNAMIC_ENTRY <= dynamic.capacity(); at += DYNAMIC_ENTRY) {
      if (dynamic.getLong(at) == 0) {
        break; // DT_NULL ends the section
      }
      if (dynamic.getLong(at) == tag) {
        found.add(string(names, dynamic.getLong(at + 8)));
      }
    }
    return found;
  }

  private static String string(ByteBuffer names, long start) throws IOException {
    if (start < 0 || start >= names.capacity()) {
      throw new IOException("a name at " + start + " of " + names.capacity() + " bytes");
    }
    int end = (int) start;
    while (end < names.capacity() && names.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - (int) start];
    names.get((int) start, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Converts an address in memory to an offset in the file. */
  private static long offset(ByteBuffer programs, int headerSize, long address) throws IOException {
    for (int at = 0; at < programs.capacity(); at += headerSize) {
      long start = programs.getLong(at + 16);
      if (programs.getInt(at) == PT_LOAD
          && address >= start
          && address - start < programs.getLong(at + 32)) {
        return programs.getLong(at + 8) + (address - start);
      }
    }
    throw new IOException("no segment holds the address " + address);
  }

  private static ByteBuffer section(RandomAccessBytes bytes, long offset, long length)
      throws IOException {
    if (offset < 0 || length < 0 || length > LARGEST_SECTION) {
      throw new IOException("a section of " + length + " bytes at " + offset);
    }
    return ByteBuffer.wrap(bytes.read(offset, (int) length)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
