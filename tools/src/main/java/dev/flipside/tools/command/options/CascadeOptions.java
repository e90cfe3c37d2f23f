package dev.flipside.tools.command.options;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.cascade.CascadePolicy;
import dev.flipside.scorer.scores.ScoresWriter;
import dev.flipside.scorer.selection.SelectionRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A cheap network before the exact one: which, how many regions are wanted, at what risk. */
public final class CascadeOptions {
  private static final String TOP = "cascade top";
  private static final String RULES = "cascade rules";
  private static final int LEAST_DRAWN = 8;
  private static final int MOST_DRAWN = 64;

  @Option(
      names = "--cascade",
      paramLabel = "M.onnx",
      description =
          "Estimate all images with this cheap model, for example the model in 8 bits; score with"
              + " --model only those that may hold one of the best regions. Needs --top.")
  private @Nullable Path model;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "With --cascade: how many regions will be selected.")
  private @Nullable Integer top;

  @Option(
      names = "--risk",
      paramLabel = "R",
      defaultValue = "0.01",
      description =
          "With --cascade: greatest expected number of images that are wrongly left out (default:"
              + " ${DEFAULT-VALUE}).")
  private double risk;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "With --cascade: images drawn at random to learn how far estimates are off (default: one"
              + " in a hundred, at least 8 and at most 64).")
  private @Nullable Integer sample;

  @Option(
      names = "--audit",
      description =
          "With --cascade: score the other images with --model after all, and say whether the"
              + " selection is the same.")
  private boolean audit;

  @Mixin private RulesOptions rules = new RulesOptions();

  /** Whether there is a cheap network before the exact one. */
  public boolean wanted(CommonOptions common) {
    if (model == null && (top != null || sample != null || audit)) {
      throw common.badUse(
          (audit ? "--audit" : top != null ? "--top" : "--sample")
              + " is of use only with --cascade");
    }
    if (model != null && top == null) {
      throw common.badUse("--cascade needs --top K, the number of regions that will be selected");
    }
    return model != null;
  }

  public boolean audit() {
    return audit;
  }

  public int top(CommonOptions common) {
    Integer told = top;
    if (told == null) {
      throw new IllegalStateException("asked without --cascade");
    }
    common.require(told >= 1, "--top", told, "at least 1");
    return told;
  }

  public SelectionRules rules(CommonOptions common) {
    return rules.rules(common);
  }

  /**
   * The search.
   *
   * @param images of the pool
   * @param refinable whether estimates can be refined
   */
  public CascadePolicy order(
      CommonOptions common, SelectionRules chosen, int images, boolean refinable, long seed) {
    int drawn = sample == null ? Math.max(LEAST_DRAWN, Math.min(MOST_DRAWN, images / 100)) : sample;
    return common.usage(() -> new CascadePolicy(top(common), chosen, risk, refinable, drawn, seed));
  }

  /** The cheap model; it carries a card, or has that of the exact one. */
  public LoadedModel open(LoadedModel exact) {
    Path file = model;
    if (file == null) {
      throw new IllegalStateException("asked without --cascade");
    }
    return ModelOptions.openBeside(file, exact);
  }

  /** What is written beside scores that a cascade made. */
  public static SortedMap<String, String> settings(
      Map<String, String> run, LoadedModel cheap, int top, SelectionRules rules) {
    SortedMap<String, String> settings = new TreeMap<>(run);
    settings.put("cascade", cheap.file().digest());
    settings.put(TOP, Integer.toString(top));
    settings.put(RULES, rules.fingerprint());
    return settings;
  }

  /**
   * Refuses to select more from the scores of a cascade than it looked for, or by other rules: some
   * of its scores are estimates.
   */
  public static void requireCovered(Path scores, int k, SelectionRules rules) {
    SortedMap<String, String> settings = ScoresWriter.settings(scores);
    String top = settings.get(TOP);
    if (top == null) {
      return;
    }
    if (k > Integer.parseInt(top)) {
      throw new FlipsideException(
          scores
              + ": made by a cascade for the best "
              + top
              + " regions, -k asks for "
              + k
              + "; score again with --top "
              + k);
    }
    if (!rules.fingerprint().equals(settings.get(RULES))) {
      throw new FlipsideException(
          scores
              + ": made by a cascade for other --exclude, --per-image-max or --min-distance; score"
              + " again with those of this selection");
    }
  }
}
