package dev.flipside.scorer.annotation;

import dev.flipside.models.domain.FlipsideException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes XML documents in the encoding that their first bytes tell (XML 1.0, appendix F). Parsers
 * of the JDK print a line of their own to standard error for bytes that cannot be decoded.
 */
final class XmlDecoder {
  private static final int START = 256;
  private static final Pattern DECLARED =
      Pattern.compile("<\\?xml[^>]*encoding\\s*=\\s*[\"']([^\"']+)[\"']");

  private XmlDecoder() {}

  /**
   * Returns the characters of a document. Bytes that cannot be decoded are an {@link IOException}.
   *
   * @throws FlipsideException if the declared encoding is unknown
   */
  static Reader open(InputStream in) throws IOException {
    byte[] start = in.readNBytes(START);
    String ascii = new String(start, StandardCharsets.ISO_8859_1);
    Charset charset;
    int skipped = 0;
    if (ascii.startsWith("\u00EF\u00BB\u00BF")) {
      charset = StandardCharsets.UTF_8;
      skipped = 3;
    } else if (ascii.startsWith("\u00FE\u00FF") || ascii.startsWith("\u00FF\u00FE")) {
      charset = start[0] == -2 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      skipped = 2;
    } else if (ascii.startsWith("\0<") || ascii.startsWith("<\0")) {
      charset = start[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    } else {
      charset = declared(ascii);
    }
    InputStream rest = new ByteArrayInputStream(Arrays.copyOfRange(start, skipped, start.length));
    return new InputStreamReader(
        new SequenceInputStream(rest, in),
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  private static Charset declared(String start) {
    Matcher declaration = DECLARED.matcher(start);
    if (!declaration.lookingAt()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(declaration.group(1));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new FlipsideException(
          "XML in the encoding \"" + declaration.group(1) + "\", expected UTF-8; export it again",
          e);
    }
  }
}
