package dev.flipside.tools.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.metrics.ConfusionMatrix;
import dev.flipside.tools.results.ArmDescription;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.ResultsFile;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.results.RoundResult.Phase;
import dev.flipside.tools.results.RoundResult.StageSeconds;
import dev.flipside.tools.results.RunDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for the report is what it reads. */
class RunFilesTest {
  @TempDir Path folder;

  @Test
  void read_writtenDescription_isTheSame() {
    RunDescription description =
        new RunDescription(
            "a",
            "flipside simulate",
            "camvid",
            Map.of("libtorch", "2.7"),
            Map.of("Pool", "3 images"),
            ClassMap.CAMVID.classes(),
            List.of("equal+"),
            List.of(3L),
            List.of(0.08),
            List.of(new ArmDescription("equal+", "flip-entropy", "a", "b", "c", "d")));

    description.write(folder.resolve("run.json"));

    assertThat(RunDescription.read(folder.resolve("run.json"))).isEqualTo(description);
  }

  @Test
  void read_writtenResults_haveTheValues() {
    ClassMap classes = ClassMap.unnamed(2);
    ConfusionMatrix confusion = new ConfusionMatrix(2);
    RoundResult result =
        new RoundResult(
            "equal+",
            7,
            2,
            Phase.SELECT,
            25,
            100,
            confusion.metrics(),
            Double.NaN,
            new StageSeconds(1, 2, 3),
            40);

    AtomicFile.write(
        folder.resolve("results.csv"), ResultsFile.header(classes) + ResultsFile.line(result));

    Measurement read =
        Measurement.of(
            Measurement.read(folder.resolve("results.csv"), classes.classes()).rows().get(0),
            classes.classes());
    assertThat(read.strategy()).isEqualTo("equal+");
    assertThat(read.isFinal()).isFalse();
    assertThat(read.labelledFraction()).isEqualTo(0.25);
    assertThat(read.classEntropy()).isNaN();
    assertThat(read.scoreSeconds()).isEqualTo(3);
    assertThat(read.scoredImages()).isEqualTo(40);
    assertThat(read.iou()).hasSize(2).allMatch(iou -> iou.isNaN());
  }

  @Test
  void of_camvid_hasAllFiguresOfTheTable() {
    List<PaperResults.Figure> figures = PaperResults.of("camvid");

    assertThat(figures).hasSize(4 * 5 + 2);
    assertThat(figures).contains(new PaperResults.Figure("random", "Random", 0.2, 0.5821, 0.0135));
    assertThat(PaperResults.of("cityscapes")).as("another grid of budgets").isEmpty();
  }
}
