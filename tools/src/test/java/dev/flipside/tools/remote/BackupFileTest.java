package dev.flipside.tools.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFileTest {
  @TempDir Path folder;

  private final Map<String, String> files = new LinkedHashMap<>();
  private final Map<String, String> changed = new LinkedHashMap<>();

  private Path zip() throws IOException, NoSuchAlgorithmException {
    Path file = folder.resolve("backup.zip");
    List<String> lines = new ArrayList<>();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> each : files.entrySet()) {
        byte[] bytes = each.getValue().getBytes(StandardCharsets.UTF_8);
        lines.add(
            "\"%s\":{\"bytes\":%d,\"sha256\":\"%s\"}"
                .formatted(
                    each.getKey(),
                    bytes.length,
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))));
        put(out, each.getKey(), changed.getOrDefault(each.getKey(), each.getValue()));
      }
      put(out, "backup.json", "{\"files\":{" + String.join(",", lines) + "}}");
    }
    return file;
  }

  private static void put(ZipOutputStream out, String name, String text) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
  }

  private void fill() {
    files.put("campaigns.db", "rows");
    files.put("models/ab12/model.onnx", "weights");
    files.put("models/active", "ab12");
  }

  private void assertRefused(Path zip, String... reasons) throws IOException {
    assertThatThrownBy(() -> new BackupFile(zip).restore(folder.resolve("data")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll(reasons);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(zip);
    }
  }

  @Test
  void restore_wholeBackup_unpacksAllFiles() throws Exception {
    fill();
    Path data = Files.createDirectory(folder.resolve("data"));

    assertThat(new BackupFile(zip()).restore(data)).isEqualTo(3);

    assertThat(data.resolve("campaigns.db")).hasContent("rows");
    assertThat(data.resolve("models/ab12/model.onnx")).hasContent("weights");
    assertThat(data.resolve("models/active")).hasContent("ab12");
  }

  @Test
  void restore_changedFile_isRefusedAndNothingWritten() throws Exception {
    fill();
    changed.put("models/ab12/model.onnx", "weighty");
    assertRefused(zip(), "models/ab12/model.onnx", "differs from the file that was backed up");
  }

  @Test
  void restore_nameOutside_isRefused() throws Exception {
    fill();
    files.put("models/../../x", "x");
    assertRefused(zip(), "models/../../x", "not expected");
  }

  @Test
  void restore_cutOff_isRefused() throws Exception {
    fill();
    Path whole = zip();
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(whole, "not a complete backup", "use another backup");
  }

  @Test
  void restore_folderInUse_isRefused() throws Exception {
    fill();
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("campaigns.db"), "newer");

    assertThatThrownBy(() -> new BackupFile(zip()).restore(data))
        .hasMessageContainingAll(data.toString(), "not an empty folder", "--data");
    assertThat(data.resolve("campaigns.db")).hasContent("newer");
  }

  @Test
  void restore_noFile_isRefused() throws Exception {
    Path none = folder.resolve("none.zip");
    assertThatThrownBy(() -> new BackupFile(none).restore(folder.resolve("data")))
        .hasMessageContaining(none + ": no such file");
  }
}
