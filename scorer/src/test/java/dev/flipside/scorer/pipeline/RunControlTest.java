package dev.flipside.scorer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.SlowModel;
import dev.flipside.scorer.TestModels;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.Pictures;
import dev.flipside.scorer.inference.RunControl;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slow model holds its scorer no longer than it is allowed to. */
@Timeout(40)
class RunControlTest {
  @TempDir Path folder;

  private static PoolScorer scorer(LoadedModel model, RunControl runs) {
    ScoringOptions options =
        ScoringOptions.builder(new GridSpec.Counts(2, 3), Acquisition.parse("flip-entropy", 1, 0))
            .session(SessionOptions.cpu().with(runs))
            .build();
    return new PoolScorer(model, options);
  }

  private static List<ImageResult> score(PoolScorer scorer, Path pool) {
    List<ImageResult> results = new ArrayList<>();
    scorer.score(Pool.ofFolder(pool), results::add, Progress.NONE);
    return results;
  }

  private Path pool(int images) throws IOException {
    for (int i = 0; i < images; i++) {
      Pictures.png(folder.resolve(i + ".png"), 8, 12, i);
    }
    return folder;
  }

  @Test
  void score_endedInTheMiddleOfARun_isCancelledAtOnce() throws Exception {
    RunControl runs = RunControl.ofLimit(Duration.ofHours(1));
    PoolScorer scorer = scorer(SlowModel.load(), runs);
    Path pool = pool(1);
    CompletableFuture<List<ImageResult>> scoring =
        CompletableFuture.supplyAsync(() -> score(scorer, pool));
    Thread.sleep(3000);
    assertThat(scoring).isNotDone();

    long begin = System.nanoTime();
    runs.end();

    assertThatThrownBy(scoring::join).hasRootCauseInstanceOf(CancellationException.class);
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
    assertThatThrownBy(() -> score(scorer, pool)).isInstanceOf(CancellationException.class);
  }

  @Test
  void score_slowerThanTheLimit_failsTheImageAndThenTheModel() throws Exception {
    PoolScorer scorer = scorer(SlowModel.load(), RunControl.ofLimit(Duration.ofMillis(300)));

    List<ImageResult> two = score(scorer, pool(2));

    assertThat(two).allSatisfy(each -> assertThat(each).isInstanceOf(ImageFailure.class));
    assertThat(((ImageFailure) two.get(0)).error()).contains("more than PT0.3S for an image");
    assertThatThrownBy(() -> score(scorer, pool(6)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("given up");
  }

  @Test
  void score_withinTheLimit_isScored() throws Exception {
    RunControl runs = RunControl.ofLimit(Duration.ofMinutes(1));
    PoolScorer scorer = scorer(TestModels.convolution(3, TestModels.weights(3, 1)), runs);

    assertThat(score(scorer, pool(4))).noneMatch(each -> each instanceof ImageFailure);
  }

  @Test
  void onEnd_registeredClosedOrLate_runsOnce() {
    RunControl runs = RunControl.ofLimit(Duration.ofSeconds(1));
    AtomicInteger kept = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    runs.onEnd(kept::incrementAndGet);
    runs.onEnd(closed::incrementAndGet).close();

    runs.end();
    runs.end();
    runs.onEnd(kept::incrementAndGet);

    assertThat(kept).hasValue(2);
    assertThat(closed).hasValue(0);
  }

  @Test
  void exit_whileAModelRuns_isNoCrash() throws Exception {
    Path pool = pool(1);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                pool.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isEqualTo(Child.STATUS);
    assertThat(folder.resolve("crash.log")).doesNotExist();
  }

  /** Exits while a model runs. */
  static final class Child {
    static final int STATUS = 7;

    private Child() {}

    public static void main(String[] args) throws InterruptedException {
      Thread thread =
          new Thread(() -> score(scorer(SlowModel.load(), RunControl.NONE), Path.of(args[0])));
      thread.setDaemon(true);
      thread.start();
      Thread.sleep(4000);
      System.exit(STATUS);
    }
  }
}
