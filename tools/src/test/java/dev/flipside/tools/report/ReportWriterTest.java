package dev.flipside.tools.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.tools.results.ArmDescription;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.statistics.Curves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  @TempDir Path folder;

  private SampleRun run = new SampleRun(Path.of(""));

  @BeforeEach
  void begin() {
    run = new SampleRun(folder);
  }

  @Test
  void write_twoSeeds_givesMeanDeviationAndShareOfFull() throws IOException {
    run.strategies("random", "equal+", "full")
        .measured("random", 0, 8, 0.2)
        .measured("random", 1, 8, 0.3)
        .measured("equal+", 0, 8, 0.4)
        .measured("equal+", 1, 8, 0.4)
        .measured("full", 0, 100, 0.5)
        .measured("full", 1, 100, 0.5);

    String page = page();

    assertThat(page).contains("0.2500 ± 0.0707<small>50 %</small>");
    assertThat(page).contains("<b>0.4000 ± 0.0000</b><small>80 %</small>");
    assertThat(page).contains("full 0.5000", "fully supervised mIoU, 0.5000");
  }

  @Test
  void budgets_markRoundedDownToWholeRegions_isTheMark() throws IOException {
    // 7.5 % of 100 regions are 7.
    run.budgets(0.075, 0.12).measured("random", 0, 7, 0.2).measured("random", 0, 11, 0.2);

    assertThat(new Curves(RunContents.read(run.write())).budgets()).containsExactly(0.075, 0.11);
  }

  @Test
  void write_finalAndSelectingNetworks_countsTheFinalOnes() throws IOException {
    run.seeds(0L)
        .measured("random", 0, 8, 0.1, "select")
        .measured("random", 0, 8, 0.3, "final")
        .measured("equal+", 0, 8, 0.4, "final");

    assertThat(page()).contains("<td>0.3000</td>", "trained on what was labelled by then");
  }

  @Test
  void write_oneSeedNoFullArm_leavesNoHoles() throws IOException {
    run.strategies("equal+").seeds(0L).budgets(0.08).measured("equal+", 0, 8, 0.4);

    String page = page();

    assertThat(page).contains("One seed", "No fully supervised network was measured");
    assertThat(page).doesNotContain("100 %</th>", "±", "NaN", "null", "Unfinished", "bold");
    assertThat(page).doesNotContain("Fewer forward passes", "Atlas", "What the networks saw");
    assertThat(page).contains("<h2>How this was made</h2>");
  }

  @Test
  void write_onlyFullArm_hasATableAndNoCurve() throws IOException {
    run.strategies("full").seeds(0L).measured("full", 0, 100, 0.5);

    assertThat(page()).contains("<td>0.5000</td>").doesNotContain("<svg", "NaN");
  }

  @Test
  void write_armsStillToCome_saysHowMany() throws IOException {
    run.budgets(0.08, 0.12)
        .measured("random", 0, 8, 0.2)
        .measured("random", 1, 8, 0.2)
        .measured("random", 1, 12, 0.2);

    assertThat(page()).contains("Unfinished: 3 of 4 arms");
  }

  @Test
  void write_camvid_showsThePapersFigures() throws IOException {
    run.dataset("camvid").measured("equal+", 0, 12, 0.4);

    assertThat(page()).contains("paper: EquAL+", "0.6446 ± 0.0038", "Table 3");
  }

  @Test
  void write_camvidWithFull_showsBothRelativeToTheirFullSupervision() throws IOException {
    run.dataset("camvid")
        .strategies("random", "equal+", "full")
        .measured("equal+", 0, 12, 0.4)
        .measured("full", 0, 100, 0.5);

    // 0.4 / 0.5, and 0.6446 / 0.6450.
    assertThat(page())
        .contains("Beside the paper", "of this run 0.5000, of the paper 0.6450")
        .contains("this run: 0.8000 at 0.1200", "paper: 0.9994 ± 0.0059 at 0.1200");
  }

  @Test
  void write_camvidWithoutFull_givesEachItsOwnScale() throws IOException {
    run.dataset("camvid").measured("equal+", 0, 12, 0.4);

    assertThat(page())
        .contains("<figcaption>This run</figcaption>", "<figcaption>The paper</figcaption>")
        .contains("each on its own scale");
  }

  @Test
  void write_severalSeeds_givesDifferencesWithIntervals() throws IOException {
    run.strategies("random", "equal+").seeds(0L, 1L, 2L).budgets(0.08);
    for (int seed = 0; seed < 3; seed++) {
      run.measured("random", seed, 8, 0.2).measured("equal+", seed, 8, 0.3 + 0.1 * seed);
    }

    // Mean 0.2, deviation 0.1: 0.2 ± 4.302653 · 0.1 / √3.
    assertThat(page())
        .contains("equal+ − random", "+0.2000<small>[−0.0484, +0.4484]</small>")
        .contains("<b>3 of 3</b><small>clear at 0 of 1</small>", "0 of 3<small>clear at 0 of 1");
  }

  @Test
  void write_equalWithoutControls_saysWhichAreMissing() throws IOException {
    run.measured("random", 0, 8, 0.2).measured("equal+", 0, 8, 0.3);

    assertThat(page()).contains("Controls missing: random+ and two-view.");
  }

  @Test
  void write_withControls_namesThemAsControls() throws IOException {
    run.strategies("random+", "two-view", "equal+")
        .measured("random+", 0, 8, 0.2)
        .measured("two-view", 0, 8, 0.2)
        .measured("equal+", 0, 8, 0.3);

    assertThat(page())
        .contains("<th scope=\"row\">random+ (control)</th>", "equal+ − two-view (control)")
        .doesNotContain("Controls missing");
  }

  @Test
  void write_describedArms_givesLossesAndInitialWeights() throws IOException {
    run.arms(new ArmDescription("equal+", "flip-entropy", "two views", "x.pth", "one", "random"))
        .measured("equal+", 0, 8, 0.3);

    assertThat(page())
        .contains("<h2>Arms</h2>", "<td>flip-entropy</td>")
        .contains("<td>two views<small>initial weights: x.pth</small></td>");
  }

  @Test
  void write_otherData_doesNotSpeakOfThePaper() throws IOException {
    run.measured("equal+", 0, 12, 0.4);

    assertThat(page()).doesNotContain("paper");
  }

  @Test
  void write_rescoring_givesPassesAndAgreement() throws IOException {
    run.measured("equal+", 0, 12, 0.4).write();
    run.file(
        "rescoring.csv",
        "strategy,seed,step,k,pool_images,rescored_images,audited,in_exact_top_k,in_exact_top_2k",
        "equal+,0,1,4,20,20,false,,",
        "equal+,0,2,4,20,4,true,2,3",
        "equal+,0,3,4,20,6,true,4,4");

    // 30 of 60 images; 6 and 7 of 8 picks.
    assertThat(html())
        .contains("Fewer forward passes")
        .contains("<td>3</td><td>50 %</td><td>10.0</td><td>2</td><td>75 %</td><td>87.5 %</td>");
  }

  @Test
  void write_tradeOff_drawsAPointForEachRisk() throws IOException {
    run.measured("equal+", 0, 12, 0.4).write();
    run.file(
        "tradeoff.csv",
        "strategy,seed,risk,pass_share,in_exact_top_k_share,in_exact_top_2k_share",
        "equal+,0,0.01,0.5,0.9,0.95",
        "equal+,0,0.1,0.2,0.7,0.85");

    assertThat(html()).contains("Passes against agreement", "equal+: 0.9500 at 0.5000");
  }

  @Test
  void write_pictures_embedsThem() throws IOException {
    run.measured("equal+", 0, 12, 0.4).write();
    run.png("equal+/seed-0/pictures/1.png");
    run.file(
        "equal+/seed-0/pictures.json",
        "[{\"image\":\"a.png\",\"captions\":[\"<prediction>\"],\"files\":[\"pictures/1.png\"]}]");
    run.png("equal+/seed-0/atlas/1.png");
    run.file(
        "equal+/seed-0/atlas.json",
        "[{\"round\":1,\"image\":\"a.png\",\"row\":2,\"col\":3,\"score\":1.5,"
            + "\"entropyFile\":\"atlas/1.png\"}]");

    String page = html();

    assertThat(page).contains("<figcaption>&lt;prediction&gt;</figcaption>");
    assertThat(page).contains("round 1, 1.500<br>a.png [2,3]");
    assertThat(page.split("data:image/png;base64,iVBOR", -1)).hasSize(3);
  }

  @Test
  void write_anyRun_needsNoNetworkAndNoScript() throws IOException {
    run.dataset("camvid").measured("equal+", 0, 12, 0.4);

    assertThat(page()).doesNotContain("http", "<script", "@import", "url(", "src=\"/");
  }

  @Test
  void write_sameFolder_givesTheSamePage() throws IOException {
    run.measured("equal+", 0, 12, 0.4).write();

    assertThat(html()).isEqualTo(html());
    assertThat(folder.resolve("report.html")).doesNotExist();
    assertThat(ReportWriter.write(folder)).hasContent(html());
  }

  @Test
  void write_textFromTheRun_isEscaped() throws IOException {
    run.measured("equal+", 0, 12, 0.4);

    assertThat(page()).contains("<h1>Streets &amp; &lt;squares&gt;</h1>");
  }

  @Test
  void write_descriptionThatSaysLittle_takesTheRestFromTheResults() throws IOException {
    run.measured("equal+", 0, 12, 0.4).write();
    run.file("run.json", "{}");

    assertThat(html()).contains("equal+", "<th scope=\"row\">Road</th>").doesNotContain("null");
  }

  private String page() throws IOException {
    run.write();
    return html();
  }

  private String html() throws IOException {
    Path page = folder.resolveSibling(folder.getFileName() + ".html");
    return Files.readString(ReportWriter.write(folder, page));
  }
}
