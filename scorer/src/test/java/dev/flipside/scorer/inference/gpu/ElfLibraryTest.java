package dev.flipside.scorer.inference.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfLibraryTest {
  private static final byte[] LIBRARY =
      ElfFiles.library("libx.so.1", "$ORIGIN:/opt/lib", "libcudart.so.12", "libc.so.6");

  @TempDir Path folder;

  @Test
  void read_madeLibrary_returnsNamesAndSearchPath() throws IOException {
    Path file = Files.write(folder.resolve("libx.so.1"), LIBRARY);

    ElfLibrary library = ElfLibrary.read(RandomAccessBytes.of(file));

    assertThat(library.name()).contains("libx.so.1");
    assertThat(library.needed()).containsExactly("libcudart.so.12", "libc.so.6");
    assertThat(library.searchPath()).containsExactly("$ORIGIN", "/opt/lib");
  }

  @Test
  void read_streamOrFile_isTheSame() throws IOException {
    Path file = Files.write(folder.resolve("libx.so.1"), LIBRARY);

    assertThat(ElfLibrary.read(RandomAccessBytes.of(() -> new ByteArrayInputStream(LIBRARY))))
        .isEqualTo(ElfLibrary.read(RandomAccessBytes.of(file)));
  }

  /** What {@code readelf -d} prints for the library in the jar. */
  @Test
  void read_onnxRuntimeForJava_needsOnnxRuntime() throws IOException {
    ClassLoader loader = ElfLibraryTest.class.getClassLoader();

    ElfLibrary library =
        ElfLibrary.read(
            RandomAccessBytes.of(
                () ->
                    loader.getResourceAsStream(
                        "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so")));

    assertThat(library.needed()).containsExactly("libonnxruntime.so.1", "libc.so.6");
    assertThat(library.searchPath()).containsExactly("/build/Release");
  }

  @Test
  void read_notALibrary_isRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.so"), "x".repeat(100));

    assertThatThrownBy(() -> ElfLibrary.read(RandomAccessBytes.of(text)))
        .isInstanceOf(IOException.class)
        .hasMessage("not a 64-bit little-endian ELF file");
  }

  @Test
  void read_endsAnywhere_isRefused() {
    for (int length = 0; length < LIBRARY.length - 16; length++) {
      byte[] part = Arrays.copyOf(LIBRARY, length);

      assertThatThrownBy(
              () -> ElfLibrary.read(RandomAccessBytes.of(() -> new ByteArrayInputStream(part))))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void read_randomDamage_neverFailsOtherwise() {
    Random random = new Random(7);
    for (int run = 0; run < 20_000; run++) {
      byte[] damaged = LIBRARY.clone();
      for (int change = 0; change <= run % 4; change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        List<String> needed =
            ElfLibrary.read(RandomAccessBytes.of(() -> new ByteArrayInputStream(damaged))).needed();
        assertThat(needed).hasSizeLessThan(20);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }
}
