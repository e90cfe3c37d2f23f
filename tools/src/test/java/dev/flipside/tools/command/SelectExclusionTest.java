package dev.flipside.tools.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.selection.ImageIds;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.tools.Flipside;
import dev.flipside.tools.console.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Selections that jq and pandas rewrote ({@code src/test/python/make_tool_inputs.py}) as {@code
 * --exclude}: their regions are left out, or a warning says that their images are unknown.
 */
class SelectExclusionTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path CASE = RESOURCES.resolve("cases").resolve("select-exclude-no-match");
  private static final Path EXCLUDED = RESOURCES.resolve("exclude");

  @TempDir Path folder;

  private String err = "";

  @ParameterizedTest
  @ValueSource(strings = {"jq", "jq-sorted", "jq-no-dot", "pandas", "pandas-shuffled"})
  void select_selectionOfAnotherProgram_isExcluded(String name) throws IOException {
    assertExcluded(EXCLUDED.resolve(name + ".jsonl"), CASE.resolve("scores.jsonl"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jq-absolute", "jq-backslashes"})
  void select_imagesNamedOtherwise_areReported(String name) {
    assertThat(select(EXCLUDED.resolve(name + ".jsonl"), CASE.resolve("scores.jsonl"))).isZero();

    assertThat(err)
        .contains("excluded regions are of images that the scores do not have: 8 images");
  }

  @Test
  void select_someImagesUnknown_onlyThoseAreReported() throws IOException {
    List<String> lines = Files.readAllLines(EXCLUDED.resolve("jq-no-dot.jsonl"));
    String mixed = String.join("\n", lines).replace("\"3.png\"", "\"../pool/3.png\"");
    Path file = Files.writeString(folder.resolve("mixed.jsonl"), mixed);

    assertThat(select(file, CASE.resolve("scores.jsonl"))).isZero();

    assertThat(err).contains("scores do not have: 1 image, first ../pool/3.png");
  }

  /** Names as macOS writes them: other code points for what looks the same. */
  @Test
  void select_decomposedNames_areReported() throws IOException {
    Path scores =
        Files.writeString(
            folder.resolve("scores.jsonl"),
            Files.readString(CASE.resolve("scores.jsonl")).replace("3.png", "\u00FC.png"));
    Path excluded =
        Files.writeString(
            folder.resolve("excluded.jsonl"),
            Files.readString(EXCLUDED.resolve("jq.jsonl")).replace("3.png", "u\u0308.png"));

    assertThat(select(excluded, scores)).isZero();

    assertThat(err).contains("scores do not have: 1 image, first u\u0308.png");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "UTF-16BE"})
  void select_selectionWithByteOrderMark_isExcluded(String charset) throws IOException {
    String text = "\uFEFF" + Files.readString(CASE.resolve("earlier.jsonl")).replace("\n", "\r\n");
    Path file =
        Files.write(folder.resolve("windows.jsonl"), text.getBytes(Charset.forName(charset)));

    assertExcluded(file, CASE.resolve("scores.jsonl"));
  }

  @Test
  void select_selectionInAnotherEncoding_isRefusedByLine() throws IOException {
    String text = Files.readString(CASE.resolve("earlier.jsonl")).replace("6.png", "\u00FC.png");
    Path file =
        Files.write(folder.resolve("latin.jsonl"), text.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(select(file, CASE.resolve("scores.jsonl"))).isEqualTo(ExitCodes.FAILED);

    assertThat(err).contains("latin.jsonl line 2: the text is not UTF-8; save it as UTF-8");
  }

  private void assertExcluded(Path excluded, Path scores) throws IOException {
    assertThat(select(excluded, scores)).as(err).isZero();

    assertThat(err).doesNotContain("warning");
    List<RegionId> before =
        SelectionFile.read(CASE.resolve("earlier.jsonl")).stream()
            .map(SelectedRegion::id)
            .map(each -> new RegionId(ImageIds.normal(each.image()), each.row(), each.col()))
            .toList();
    assertThat(before).hasSize(50);
    assertThat(SelectionFile.read(folder.resolve("selection.jsonl")))
        .hasSize(10)
        .noneMatch(each -> before.contains(each.id()));
  }

  private int select(Path excluded, Path scores) {
    StringWriter said = new StringWriter();
    int code =
        Flipside.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(said, true))
            .execute(
                "select",
                "--scores=" + scores,
                "-k=10",
                "--exclude=" + excluded,
                "--out=" + folder.resolve("selection.jsonl"));
    err = said.toString();
    return code;
  }
}
