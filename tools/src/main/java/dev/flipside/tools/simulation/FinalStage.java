package dev.flipside.tools.simulation;

import dev.flipside.models.card.CardOverrides;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.metrics.Evaluator;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.scorer.pool.LabelledImage;
import dev.flipside.tools.console.StepProgress;
import dev.flipside.tools.results.MetricsFile;
import dev.flipside.tools.results.ResultsFile;
import dev.flipside.tools.results.RoundResult;
import dev.flipside.tools.results.RoundResult.Phase;
import dev.flipside.tools.results.RoundResult.StageSeconds;
import dev.flipside.tools.simulation.data.LabelledRegions;
import dev.flipside.tools.simulation.plan.SimulationPlan;
import dev.flipside.tools.simulation.plan.Strategy;
import dev.flipside.trainer.RunOptions;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.TrainingResult;
import dev.flipside.trainer.TrainingRun;
import dev.flipside.trainer.data.TrainingData;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens at a budget mark: a network is trained from scratch on what is labelled, with the
 * losses of the final stage; the epoch is kept that is best on the validation images, if there are
 * any, and measured. A training that was stopped is taken up at its last epoch.
 */
final class FinalStage {
  private final Experiment experiment;
  private final Strategy strategy;
  private final long seed;
  private final ArmFolder files;

  FinalStage(Experiment experiment, Strategy strategy, long seed, ArmFolder files) {
    this.experiment = experiment;
    this.strategy = strategy;
    this.seed = seed;
    this.files = files;
  }

  /**
   * Trains, measures and writes the results.
   *
   * @param selecting the network that selects, measured too; null where there is none beside this
   * @param spent on selecting since the last result
   * @return the network that was trained
   */
  LoadedModel run(
      int round, LabelledRegions labelled, @Nullable LoadedModel selecting, Cost spent) {
    String name = strategy + " seed " + seed + ", " + labelled.count() + " regions: ";
    double classEntropy = experiment.oracle().classEntropy(labelled);
    Cost left = spent;
    if (selecting != null) {
      LapTimer watch = new LapTimer();
      SegmentationMetrics metrics = evaluate(selecting, name + "evaluating the selecting network");
      StageSeconds seconds = new StageSeconds(spent.train(), watch.lap(), spent.score());
      write(result(round, Phase.SELECT, labelled, metrics, classEntropy, seconds, spent.images()));
      left = Cost.NOTHING;
    }
    LapTimer watch = new LapTimer();
    Path folder = files.subfolder("mark-" + labelled.count());
    LoadedModel model = train(folder, labelled, name + "final stage");
    double trained = left.train() + watch.lap();
    SegmentationMetrics metrics = evaluate(model, name + "evaluating");
    StageSeconds seconds = new StageSeconds(trained, watch.lap(), left.score());
    RoundResult result =
        result(round, Phase.FINAL, labelled, metrics, classEntropy, seconds, left.images());
    write(result);
    MetricsFile.write(
        folder.resolve("metrics.json"), about(result), metrics, experiment.data().classes());
    return model;
  }

  private LoadedModel train(Path folder, LabelledRegions labelled, String task) {
    TrainingPlan plan = experiment.plan().finalStage(strategy, seed);
    TrainingData data = experiment.oracle().visible(labelled);
    RunOptions options = RunOptions.in(folder).resumed();
    RunOptions started =
        experiment.plan().pretraining().backbone().map(options::withBackbone).orElse(options);
    List<LabelledImage> held = experiment.data().validation();
    @Nullable TrainingData validation =
        held.isEmpty() ? null : TrainingData.of(held, data.classes());
    TrainingResult result =
        experiment
            .stages()
            .run(
                task,
                "steps",
                progress ->
                    TrainingRun.run(
                        plan,
                        data,
                        validation,
                        started,
                        new StepProgress(progress, 0, plan.epochs()),
                        Clock.systemUTC()));
    return ModelSource.open(result.model(), null, CardOverrides.NONE);
  }

  private SegmentationMetrics evaluate(LoadedModel model, String task) {
    SimulationPlan plan = experiment.plan();
    return experiment
        .stages()
        .run(
            task,
            "images",
            progress ->
                Evaluator.evaluate(
                    model,
                    experiment.data().test(),
                    LabelEncoding.of(experiment.data().classes()),
                    plan.size(),
                    plan.scoring(strategy, seed).session(),
                    progress));
  }

  private RoundResult result(
      int round,
      Phase phase,
      LabelledRegions labelled,
      SegmentationMetrics metrics,
      double classEntropy,
      StageSeconds seconds,
      long images) {
    return new RoundResult(
        strategy.toString(),
        seed,
        round,
        phase,
        labelled.count(),
        experiment.oracle().total(),
        metrics,
        classEntropy,
        seconds,
        images);
  }

  private void write(RoundResult result) {
    files.result(ResultsFile.header(experiment.data().classes()), ResultsFile.line(result));
    experiment.stages().measured(result);
  }

  private static Map<String, String> about(RoundResult result) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("strategy", result.strategy());
    about.put("seed", Long.toString(result.seed()));
    about.put("labelledRegions", Long.toString(result.labelledRegions()));
    about.put("labelledFraction", Double.toString(result.labelledFraction()));
    return about;
  }
}
