package dev.flipside.models.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.card.ClassMaps;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFileTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"UTF-8, ''", "UTF-8, '\uFEFF'", "UTF-16LE, '\uFEFF'", "UTF-16BE, '\uFEFF'"})
  void read_anyUnicodeEncoding_givesTheTextWithoutMark(String charset, String mark)
      throws IOException {
    Path file = write(mark + "\u00FC \u65E5\r\n", Charset.forName(charset));

    assertThat(TextFile.read(file)).isEqualTo("\u00FC \u65E5\r\n");
  }

  @Test
  void read_otherEncoding_namesFileAndLine() throws IOException {
    Path file = write("a\nM\u00FCnchen\n", StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(FlipsideException.class)
        .hasMessage(file + " line 2: the text is not UTF-8; save it as UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE"})
  void readClassMap_withByteOrderMark_isRead(String charset) throws IOException {
    ClassMap classes = ClassMap.of(255, new SegmentationClass("Stra\u00DFe", 0x804080));
    Path file = write("\uFEFF" + ClassMaps.toJson(classes), Charset.forName(charset));

    assertThat(ClassMaps.read(file)).isEqualTo(classes);
  }

  private Path write(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("text"), text.getBytes(charset));
  }
}
