package dev.flipside.models.domain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text files of users, as editors and spreadsheets on all systems write them. */
public final class TextFile {
  private TextFile() {}

  /**
   * Reads a file.
   *
   * @see #decode
   * @throws FlipsideException if the text is in another encoding
   * @throws IOException if the file cannot be read
   */
  public static String read(Path file) throws IOException {
    return decode(Files.readAllBytes(file), file.toString());
  }

  /**
   * Decodes UTF-8, with or without byte order mark, or UTF-16 with one.
   *
   * @param source name of the text in error messages
   * @throws FlipsideException if the bytes are none of these; names the line
   */
  public static String decode(byte[] bytes, String source) {
    int start = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    boolean wide = start == 0xFFFE || start == 0xFEFF;
    if (wide && bytes.length >= 4 && start == 0xFFFE && bytes[2] == 0 && bytes[3] == 0) {
      throw new FlipsideException(source + ": the text is UTF-32; save it as UTF-8");
    }
    // The decoder of UTF-16 takes the byte order from the mark, and the mark away.
    CharsetDecoder decoder =
        (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    long line = text.chars().filter(each -> each == '\n').count() + 1;
    if (result.isError()) {
      throw new FlipsideException(
          source + " line " + line + ": the text is not UTF-8; save it as UTF-8");
    }
    if (text.indexOf('\0') >= 0) {
      throw new FlipsideException(
          source
              + ": the text holds zero bytes, as UTF-16 without byte order mark does; save it as"
              + " UTF-8");
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
