package dev.flipside.tools.simulation;

import dev.flipside.models.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.vocab.LabelMap;
import dev.flipside.models.vocab.RegionGrid;
import dev.flipside.models.vocab.RegionId;
import dev.flipside.scorer.PoolScorer;
import dev.flipside.scorer.Progress;
import dev.flipside.scorer.ScoringOptions;
import dev.flipside.scorer.ScoringSummary;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.metrics.Evaluator;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.scorer.selection.Budget;
import dev.flipside.scorer.selection.RegionScores;
import dev.flipside.scorer.selection.ScoresWriter;
import dev.flipside.scorer.selection.SelectedRegion;
import dev.flipside.scorer.selection.SelectionFile;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.scorer.selection.TopRegions;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.report.MetricsFile;
import dev.flipside.tools.report.RoundResult;
import dev.flipside.tools.report.RoundResult.StageSeconds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * One strategy with one seed: train on what is labelled, measure, score the pool, select, have the
 * ground truth label the selection, again.
 */
final class Arm {
  private final SimulationPlan plan;
  private final SimulationData data;
  private final Strategy strategy;
  private final long seed;
  private final Path folder;
  private final Stages stages;
  private final RegionGrid grid;
  private final Map<String, LabelledImage> byId;

  /**
   * @param folder where the rounds' files are written
   */
  Arm(
      SimulationPlan plan,
      SimulationData data,
      Strategy strategy,
      long seed,
      Path folder,
      Stages stages) {
    this.plan = plan;
    this.data = data;
    this.strategy = strategy;
    this.seed = seed;
    this.folder = folder;
    this.stages = stages;
    this.grid = plan.grid().on(plan.size());
    this.byId = data.byId();
  }

  /** The arm's results, one for each network that was measured. */
  List<RoundResult> run() {
    List<RoundResult> results = new ArrayList<>();
    LabelledRegions labelled = new LabelledRegions();
    labelled.addAll(initialRegions());
    try (Learner selecting =
        new Learner(plan.whileSelecting(), strategy.whileSelecting(), seed, data, grid, stages)) {
      for (int round = 0; round <= plan.rounds(); round++) {
        results.add(round(round, selecting, labelled));
        stages.roundEnded(results.get(results.size() - 1));
      }
    }
    return results;
  }

  private RoundResult round(int round, Learner selecting, LabelledRegions labelled) {
    Path files = Folders.create(folder.resolve("round-" + round));
    Stopwatch watch = new Stopwatch();
    if (!plan.carryOver()) {
      selecting.restart();
    }
    selecting.train(labelled, name(round, "training"));
    LoadedModel model = selecting.export(labelled, files.resolve("model.onnx"));
    LoadedModel measured = plan.roundIsFinal(strategy) ? model : finalStage(round, labelled, files);
    double trainSeconds = watch.lap();
    SegmentationMetrics metrics = evaluate(round, measured);
    double evaluateSeconds = watch.lap();
    long count = labelled.count();
    double classEntropy = writeLabels(labelled, files);
    if (round < plan.rounds()) {
      labelled.addAll(select(round, model, labelled, files));
    }
    RoundResult result =
        new RoundResult(
            strategy.toString(),
            seed,
            round,
            RoundResult.Phase.FINAL,
            count,
            totalRegions(),
            metrics,
            classEntropy,
            new StageSeconds(trainSeconds, evaluateSeconds, watch.lap()),
            round < plan.rounds() ? data.pool().size() : 0);
    MetricsFile.write(files.resolve("metrics.json"), about(result), metrics, data.classes());
    return result;
  }

  /** A network trained from scratch on what is labelled, with the losses of the final stage. */
  private LoadedModel finalStage(int round, LabelledRegions labelled, Path files) {
    try (Learner learner =
        new Learner(plan.inTheEnd(), strategy.inTheEnd(), seed, data, grid, stages)) {
      learner.train(labelled, name(round, "final training"));
      return learner.export(labelled, files.resolve("final.onnx"));
    }
  }

  private SegmentationMetrics evaluate(int round, LoadedModel model) {
    return stages.run(
        name(round, "evaluating"),
        "images",
        progress ->
            Evaluator.evaluate(
                model,
                data.test(),
                data.classes(),
                plan.size(),
                plan.scoring(strategy, seed).session(),
                progress));
  }

  private List<RegionId> select(
      int round, LoadedModel model, LabelledRegions labelled, Path files) {
    ScoringOptions options = plan.scoring(strategy, seed + round);
    TopRegions top = new TopRegions(step(labelled), SelectionRules.NONE.excluding(labelled.all()));
    stages.run(
        name(round, "scoring"),
        "images",
        progress -> score(model, options, top, files.resolve("scores.jsonl"), progress));
    List<SelectedRegion> selection = top.requireAll();
    SelectionFile.write(files.resolve("selection.jsonl"), selection);
    return selection.stream().map(SelectedRegion::id).toList();
  }

  private ScoringSummary score(
      LoadedModel model, ScoringOptions options, TopRegions top, Path file, Progress progress) {
    try (ScoresWriter scores = ScoresWriter.create(file, new TreeMap<>())) {
      ScoringSummary summary =
          new PoolScorer(model, options)
              .score(
                  data.unlabelled(),
                  result -> {
                    scores.accept(result);
                    if (result instanceof RegionScores regions) {
                      top.offer(regions);
                    }
                  },
                  progress);
      scores.complete();
      return summary;
    } catch (IOException e) {
      throw new FlipsideException(file + ": the scores cannot be written (" + e + ")", e);
    }
  }

  /** The last step takes what is left. */
  private int step(LabelledRegions labelled) {
    return (int) Math.min(plan.step(), totalRegions() - labelled.count());
  }

  /** Writes what is visible of each label map that has a labelled region. */
  private double writeLabels(LabelledRegions labelled, Path files) {
    ClassDistribution distribution = new ClassDistribution(data.classes());
    Path labels = Folders.create(files.resolve("labels"));
    for (String image : labelled.images()) {
      Path file = labels.resolve(withPng(image));
      Folders.create(Objects.requireNonNull(file.getParent()));
      LabelledImage truth = Objects.requireNonNull(byId.get(image));
      LabelMap visible =
          labelled.reveal(image, data.truth(truth, plan.size()), grid, data.classes());
      distribution.add(visible);
      ImageWriter.writeLabel(file, visible);
    }
    return distribution.entropy();
  }

  private List<RegionId> initialRegions() {
    List<RegionId> all = new ArrayList<>();
    for (LabelledImage each : data.pool()) {
      for (int index = 0; index < grid.count(); index++) {
        all.add(new RegionId(each.image().id(), index / grid.cols(), index % grid.cols()));
      }
    }
    Collections.shuffle(all, new Random(seed));
    return all.subList(0, (int) Budget.regions(data.pool().size(), grid.count(), plan.initial()));
  }

  private String name(int round, String stage) {
    return strategy + " seed " + seed + " round " + round + ": " + stage;
  }

  private static Map<String, String> about(RoundResult result) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("strategy", result.strategy());
    about.put("seed", Long.toString(result.seed()));
    about.put("round", Integer.toString(result.round()));
    about.put("labelledRegions", Long.toString(result.labelledRegions()));
    about.put("labelledFraction", Double.toString(result.labelledFraction()));
    return about;
  }

  private static String withPng(String image) {
    int dot = image.lastIndexOf('.');
    return (dot > image.lastIndexOf('/') ? image.substring(0, dot) : image) + ".png";
  }

  private long totalRegions() {
    return (long) data.pool().size() * grid.count();
  }
}
