package dev.flipside.scorer.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged and hostile annotation files are refused or read; nothing else happens. {@code
 * -Dflipside.mutations=N} sets the number of mutations over all formats.
 */
class AnnotationMutationTest {
  private static final int FILES = 13;
  private static final int MUTATIONS = Integer.getInteger("flipside.mutations", 10_000);
  private static final List<String> IMAGES =
      List.of(
          "frame_000003.png",
          "one.png",
          "sub/one.jpg",
          "one a.png",
          "one.jpg",
          "two.jpg",
          "train/one.png");
  private static final String[] TOKENS = {
    "-1",
    "0",
    "1e309",
    "99999999999",
    "NaN",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\u0000",
    "]",
    "}",
    "\"",
    "<",
    ">",
    "&x;",
    "[[[[",
    "1e9",
    "2147483647",
    "-2147483648",
    "true",
    "\ud83d\ude00",
    "../",
    "\\",
    "4294967296",
    "0.5",
    "frame=\"999999\"",
    "width=\"100000\"",
    "<!DOCTYPE a>",
    "PK"
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cvat/datumaro.xml,CVAT",
    "tracks.xml,CVAT",
    "cases/cvat-empty-mask/answers.xml,CVAT",
    "cases/zip-stored-stream/answers.zip,CVAT",
    "label-studio/export.json,LABEL_STUDIO",
    "label-studio/export-min.json,LABEL_STUDIO",
    "coco/instances.json,COCO",
    "coco/datumaro.zip,COCO",
    "coco-panoptic/datumaro.zip,COCO_PANOPTIC",
    "labelme/one.json,LABELME",
    "labelme/many.zip,LABELME",
    "masks/pillow.zip,MASKS",
    "voc/pillow.zip,VOC"
  })
  void read_mutatedFile_isReadOrRefused(String name, AnnotationFormat format) throws IOException {
    byte[] original = Files.readAllBytes(ImportedFile.resource(name));
    Random random = new Random(name.hashCode());
    Path file = folder.resolve("file");
    Path scratch = Path.of("target", "annotation-scratch");
    int rounds = (MUTATIONS + FILES - 1) / FILES;
    assertTimeoutPreemptively(
        Duration.ofSeconds(30 + rounds / 20),
        () -> {
          for (int round = 0; round < rounds; round++) {
            Files.write(file, mutated(original, random));
            readOrRefuse(file, format, classes(name));
          }
        });
    try (var left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }

  private static void readOrRefuse(Path file, AnnotationFormat format, ClassMap classes)
      throws IOException {
    try {
      ImportedFile imported =
          ImportedFile.read(file, format, classes, new ImageSize(40, 60), Map.of(), IMAGES);
      assertThat(IMAGES).containsAll(imported.painted.keySet());
    } catch (FlipsideException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static ClassMap classes(String name) {
    return name.startsWith("cases/") ? ClassMap.unnamed(5) : ImportedFile.CLASSES;
  }

  private static byte[] mutated(byte[] original, Random random) throws IOException {
    boolean zip = original[0] == 'P' && original[1] == 'K';
    if (zip && random.nextInt(3) > 0) {
      return mutatedEntry(original, random);
    }
    return mutatedBytes(original, random);
  }

  private static byte[] mutatedBytes(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int times = random.nextInt(1, 4); times > 0 && bytes.length > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = java.util.Arrays.copyOf(bytes, at);
        case 3 ->
            bytes =
                spliced(
                    bytes,
                    at,
                    at,
                    TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8));
        case 4 -> {
          int end = Math.min(bytes.length, at + random.nextInt(40));
          bytes =
              spliced(
                  bytes,
                  at,
                  end,
                  TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8));
        }
        default -> {
          int end = Math.min(bytes.length, at + random.nextInt(200));
          bytes = spliced(bytes, at, at, java.util.Arrays.copyOfRange(bytes, at, end));
        }
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
    byte[] result = new byte[bytes.length - (to - from) + insert.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(insert, 0, result, from, insert.length);
    System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
    return result;
  }

  /** A sound archive with one entry mutated, renamed or repeated. */
  private static byte[] mutatedEntry(byte[] original, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out);
        ZipInputStream in = new ZipInputStream(new java.io.ByteArrayInputStream(original))) {
      int at = 0;
      try {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          byte[] content = in.readAllBytes();
          String name = entry.getName();
          if (random.nextInt(3) == 0) {
            name =
                new String(
                    mutatedBytes(name.getBytes(StandardCharsets.UTF_8), random),
                    StandardCharsets.UTF_8);
          }
          at++;
          zip.putNextEntry(new ZipEntry(name.equals(entry.getName()) ? name : name + at));
          zip.write(random.nextBoolean() ? mutatedBytes(content, random) : content);
          zip.closeEntry();
        }
      } catch (java.util.zip.ZipException e) {
        // Stored entries with data descriptors are not read by ZipInputStream.
        return mutatedBytes(original, random);
      }
    }
    return out.toByteArray();
  }
}
