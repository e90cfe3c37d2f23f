package dev.flipside.tools.command;

import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.pipeline.ScoreFileRun;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.ScoringSummary;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.rescoring.CascadePolicy;
import dev.flipside.scorer.rescoring.CascadeRun;
import dev.flipside.scorer.selection.ExclusionCheck;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.command.help.Section;
import dev.flipside.tools.command.options.CacheOptions;
import dev.flipside.tools.command.options.CascadeOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.GridOptions;
import dev.flipside.tools.command.options.InferenceOptions;
import dev.flipside.tools.command.options.ModelOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.SizeOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.command.options.TileOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.HaltOnSignal;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.files.OutputFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside score}. */
@Command(
    name = "score",
    description = {
      "Score every region of a pool. Writes one JSON line per image, in pool order;"
          + " an image that fails gets a line with its error."
    },
    footer = {
      "",
      "Examples:",
      "  flipside score --model model.onnx --pool images --grid 5x5 --out scores.jsonl",
      "  flipside score --model foreign.onnx --classes cityscapes --pool leftImg8bit \\",
      "    --size 512x1024 --region 128x128 --out scores.jsonl",
      "  flipside score --model model.onnx --cascade model-int8.onnx --top 100 --pool images \\",
      "    --grid 5x5 --out scores.jsonl"
    })
public final class ScoreCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private InferenceOptions run = new InferenceOptions();

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private GridOptions grid;

  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of images, searched recursively.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description =
          "Score only the images listed in this file, one path per line (-: standard" + " input).")
  @Section(Section.INPUT)
  private @Nullable Path list;

  @Option(
      names = "--acquisition",
      paramLabel = "A",
      defaultValue = "flip-entropy",
      completionCandidates = AcquisitionNames.class,
      description = "Acquisition function: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  @Section(Section.SELECTION)
  @SuppressWarnings("NullAway.Init")
  private String acquisition;

  @Option(
      names = "--passes",
      paramLabel = "T",
      defaultValue = "10",
      description =
          "Stochastic forward passes for bald and vote-entropy (default:" + " ${DEFAULT-VALUE}).")
  @Section(Section.SELECTION)
  private int passes;

  @Option(
      names = "--class-weights",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "W",
      description =
          "Weight per class, in the order of the class map: multiplies the measure at"
              + " each pixel by the weight of the class predicted there. Larger weights for"
              + " classes with few labels balance the selection (default: all equal).")
  @Section(Section.SELECTION)
  private List<Float> classWeights = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Seed for random and translation-entropy, and for the random sample of --cascade"
              + " (default: ${DEFAULT-VALUE}).")
  @Section(Section.SELECTION)
  private long seed;

  @Mixin private SizeOptions sizes = new SizeOptions();
  @Mixin private TileOptions tiles = new TileOptions();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batch size (default: ${DEFAULT-VALUE}).")
  @Section(Section.SPEED)
  private int batch;

  @Option(
      names = "--decode-threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads that read and decode images (default: ${DEFAULT-VALUE}).")
  @Section(Section.SPEED)
  private int decodeThreads;

  @Option(
      names = "--resume",
      description =
          "Resume an interrupted run: keep its results and score only the missing" + " images.")
  @Section(Section.OUTPUT)
  private boolean resume;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Score file to write.")
  @Section(Section.OUTPUT)
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private SummaryOptions printed = new SummaryOptions();
  @Mixin private CacheOptions cache = new CacheOptions();
  @Mixin private CascadeOptions cascade = new CascadeOptions();

  private final Summary summary = new Summary();
  private @Nullable ImageSize size;

  @Override
  public Integer call() throws IOException {
    boolean inStages = cascade.wanted(common);
    common.require(!inStages || !tiles.given(), "--tile", "with --cascade", "one of the two");
    ImageSource images = cache.images(common);
    options(images, null);
    if (resume) {
      OutputFiles.require(out, true);
    } else {
      output.require(out);
      if (!output.force()) {
        new UnfinishedScores(out).requireNone();
      }
    }
    ExecutionProviders.startAhead();
    Pool all = pool();
    LoadedModel loaded = model.open(common.err());
    size = tiles.given() && !sizes.told() ? null : sizes.size(loaded.card(), common);
    ScoringOptions options = options(images, size);
    Callable<Long> scoring =
        () -> inStages ? cascade(all, loaded, options) : single(all, loaded, options);
    long failed = stoppable(scoring);
    cache.printNote(images, common);
    printed.print(common, summary.line("scores: " + out).with("out", out.toString()));
    return failed == 0 ? ExitCodes.DONE : ScoreFailures.report(out, common);
  }

  /** Scores; Ctrl-C meanwhile says what is kept. */
  private long stoppable(Callable<Long> scoring) throws IOException {
    try {
      return HaltOnSignal.call(
          () -> {
            try {
              return scoring.call();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } catch (RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          },
          () -> {
            common.err().println();
            common.err().println(new UnfinishedScores(out).kept());
            common.err().flush();
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private ScoringOptions options(ImageSource images, @Nullable ImageSize resize) {
    return common.usage(
        () ->
            ScoringOptions.builder(grid.spec(), Acquisition.parse(acquisition, passes, seed))
                .resize(resize)
                .tiling(tiles.tiling(common))
                .batch(batch)
                .decodeThreads(decodeThreads)
                .session(run.session(common))
                .images(images)
                .classWeights(classWeights)
                .build());
  }

  private long single(Pool all, LoadedModel loaded, ScoringOptions options) throws IOException {
    ScoreFileRun target = new ScoreFileRun(all, out, resume);
    ScoringSummary done;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Scoring", "images")) {
      done = target.score(loaded, options, options.settings(loaded), progress, this::tellKept);
    }
    printed.line(common, done.toString());
    summarize(done);
    return done.failed();
  }

  private long cascade(Pool all, LoadedModel loaded, ScoringOptions options) throws IOException {
    SelectionRules rules = cascade.rules(common);
    ExclusionCheck exclusions = new ExclusionCheck(rules);
    all.images().forEach(each -> exclusions.saw(each.id()));
    exclusions.warning().ifPresent(text -> common.err().println("warning: " + text));
    LoadedModel cheap = cascade.open(loaded, model);
    SortedMap<String, String> settings = options.settings(loaded);
    CascadeRun stages =
        new CascadeRun(new ScoreFileRun(all, out, resume), cheap, loaded, options, settings);
    CascadePolicy policy =
        cascade.order(common, rules, all.images().size(), stages.refines(), seed);
    ScoringSummary estimates;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Scoring", "images")) {
      estimates = stages.estimate(policy, progress, this::tellKept);
    }
    printed.line(common, "estimates: " + estimates);
    summarize(estimates);
    rescore(all, stages, policy);
    long failed =
        stages.merge(policy, CascadeOptions.settings(settings, cheap, cascade.top(common), rules));
    if (cascade.audit()) {
      audit(stages, policy, new TopRegions(cascade.top(common), rules));
    }
    return failed;
  }

  private void summarize(ScoringSummary done) {
    summary
        .with("images", done.images())
        .with("scored", done.scored())
        .with("failed", done.failed())
        .with("seconds", done.elapsed().toNanos() / 1e9)
        .with("imagesPerSecond", done.imagesPerSecond())
        .with("size", size == null ? null : size.toString())
        .with("provider", done.provider());
  }

  private void tellKept(long images) {
    if (images > 0) {
      common.err().println(images + " images were scored by an earlier run");
    }
  }

  private void rescore(Pool all, CascadeRun stages, CascadePolicy policy) throws IOException {
    long start = System.nanoTime();
    try (ConsoleProgress progress =
        ConsoleProgress.onStandardError("Rescoring", stages.refines() ? "results" : "images")) {
      stages.rescore(policy, progress);
    }
    long images = all.images().stream().map(PoolImage::id).distinct().count();
    summary.with("refined", policy.refinedCount()).with("rescored", policy.exactCount());
    printed.line(
        common,
        String.format(
            Locale.ROOT,
            "%srescored: %d of %d images (%.1f %%) in %.1f s; expected number of images"
                + " wrongly left out: %.2g; allowed error of an estimate: %.4f",
            stages.refines() ? "refined: " + policy.refinedCount() + ", " : "",
            policy.exactCount(),
            images,
            100.0 * policy.exactCount() / images,
            (System.nanoTime() - start) / 1e9,
            policy.missed(),
            policy.reach()));
  }

  private void audit(CascadeRun stages, CascadePolicy policy, TopRegions truth) {
    CascadeRun.Audit audit;
    try (ConsoleProgress progress = ConsoleProgress.onStandardError("Auditing", "images")) {
      audit = stages.audit(policy, truth, progress);
    }
    summary.with("auditConfirmed", audit.confirmed()).with("auditBest", audit.best());
    printed.line(
        common,
        "audit: "
            + audit.confirmed()
            + " of the "
            + audit.best()
            + " best regions found"
            + (audit.sameOrder() ? ", in the same order" : ""));
  }

  private Pool pool() throws IOException {
    if (list == null) {
      Pool found = Pool.ofFolder(pool);
      common.notes(found.leftOut().notes());
      return found;
    }
    return list.toString().equals("-")
        ? Pool.ofList(pool, System.in, "standard input")
        : Pool.ofList(pool, list);
  }

  /** The names in help texts and shell completion. */
  static final class AcquisitionNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Acquisition.NAMES.iterator();
    }
  }
}
