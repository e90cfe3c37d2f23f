package dev.flipside.tools.report;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are no runs or were damaged: what is wrong is said, and where. */
class BrokenRunTest {
  @TempDir Path folder;

  private SampleRun run = new SampleRun(Path.of(""));

  @BeforeEach
  void begin() throws IOException {
    run = new SampleRun(folder);
    run.measured("equal+", 0, 8, 0.4).measured("equal+", 1, 8, 0.4).write();
  }

  @Test
  void write_noFolder_namesIt() {
    assertRefused(folder.resolve("nothing"), "nothing: no such folder");
  }

  @Test
  void write_noDescription_namesTheFile() throws IOException {
    Files.delete(folder.resolve("run.json"));

    assertRefused(folder, "run.json: no such file", "--out");
  }

  @Test
  void write_descriptionCut_namesTheLine() throws IOException {
    run.file("run.json", "{\"title\":", "\"a");

    assertRefused(folder, "run.json line 2: expected JSON");
  }

  @Test
  void write_descriptionOfAnotherType_namesThePlace() throws IOException {
    run.file("run.json", "{\"seeds\":[1,\"two\"]}");

    assertRefused(folder, "\"seeds[1]\": expected a whole number, found \"two\"");
  }

  @Test
  void write_noResults_namesTheFile() throws IOException {
    Files.delete(folder.resolve("results.csv"));

    assertRefused(folder, "results.csv: no such file");
  }

  @Test
  void write_noMeasurementYet_saysSo() throws IOException {
    String header = Files.readAllLines(folder.resolve("results.csv")).get(0);
    run.file("results.csv", header);

    assertRefused(folder, "results.csv: no measurement");
  }

  @Test
  void write_lineCut_namesTheLine() throws IOException {
    change("0.700000,0.600000,60.00", "0.7");

    assertRefused(folder, "results.csv line 2: 14 values, expected 16");
  }

  @Test
  void write_notANumber_namesLineAndColumn() throws IOException {
    change(",5.00,", ",five,");

    assertRefused(
        folder,
        "results.csv line 2: column \"evaluate_seconds\": expected a number, found \"five\"");
  }

  @Test
  void write_miouAboveOne_isRefused() throws IOException {
    change("0.400000,0.7", "1.4,0.7");

    assertRefused(folder, "column \"miou\": expected 0 to 1, found \"1.4\"");
  }

  @Test
  void write_unknownPhase_isRefused() throws IOException {
    change("final", "last");

    assertRefused(folder, "line 2: phase \"last\", expected select or final");
  }

  @Test
  void write_classWithoutColumn_isRefused() throws IOException {
    change("iou_Road", "iou_Street");

    assertRefused(folder, "results.csv", "no column \"iou_Road\"");
  }

  @Test
  void write_pictureGone_namesIt() throws IOException {
    run.file(
        "equal+/seed-0/pictures.json",
        "[{\"image\":\"a\",\"captions\":[\"b\"],\"files\":[\"pictures/1.png\"]}]");

    assertRefused(folder, "1.png: cannot be read");
  }

  @Test
  void write_pictureElsewhere_isNotEmbedded() throws IOException {
    run.file(
        "equal+/seed-0/pictures.json",
        "[{\"image\":\"a\",\"captions\":[\"b\"],\"files\":[\"../../../secret.png\"]}]");

    assertRefused(folder, "\"[0].files[0]\": expected a file inside of");
  }

  @Test
  void write_pictureNoPng_isRefused() throws IOException {
    run.file(
        "equal+/seed-0/pictures.json",
        "[{\"image\":\"a\",\"captions\":[\"b\"],\"files\":[\"1.png\"]}]");
    run.file("equal+/seed-0/1.png", "<svg>");

    assertRefused(folder, "1.png: 6 bytes that are no PNG");
  }

  @Test
  void write_captionMissing_isRefused() throws IOException {
    run.file(
        "equal+/seed-0/pictures.json", "[{\"image\":\"a\",\"captions\":[],\"files\":[\"1.png\"]}]");

    assertRefused(folder, "\"[0].captions\": expected 1 texts", "found a list of 0");
  }

  /** Changes the first place of the results that reads so. */
  private void change(String from, String to) throws IOException {
    Path file = folder.resolve("results.csv");
    String text = Files.readString(file);
    int at = text.indexOf(from);
    Files.writeString(file, text.substring(0, at) + to + text.substring(at + from.length()));
  }

  private static void assertRefused(Path folder, String... words) {
    assertThatThrownBy(() -> ReportWriter.write(folder))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll(words);
  }
}
