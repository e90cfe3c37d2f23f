package dev.flipside.tools.command.options;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.rescoring.CascadePolicy;
import dev.flipside.scorer.scores.ScoreFileWriter;
import dev.flipside.scorer.selection.SelectionRules;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a cascade: cheap model, number of regions to find, accepted risk. */
@Section(Section.CASCADE)
public final class CascadeOptions {
  private static final String TOP = "cascade top";
  private static final String RULES = "cascade rules";
  private static final int LEAST_DRAWN = 8;
  private static final int MOST_DRAWN = 64;

  @Option(
      names = "--cascade",
      paramLabel = "M.onnx|ID",
      description =
          "Estimate all images with this cheap model (for example int8); compute exact"
              + " scores with --model only for images that may hold one of the --top best"
              + " regions.")
  private @Nullable String model;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "With --cascade: number of regions that will be selected.")
  private @Nullable Integer top;

  @Option(
      names = "--risk",
      paramLabel = "R",
      defaultValue = "0.01",
      description =
          "With --cascade: maximum expected number of images that are wrongly left out"
              + " (default: ${DEFAULT-VALUE}).")
  private double risk;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "With --cascade: images to draw at random and score exactly first, to learn"
              + " the errors of the estimates (default: 1 %% of the pool, at least 8, at most"
              + " 64).")
  private @Nullable Integer sample;

  @Option(
      names = "--audit",
      description =
          "With --cascade: also score the remaining images exactly and compare the"
              + " selections.")
  private boolean audit;

  @Mixin private RulesOptions rules = new RulesOptions();

  /** Returns whether {@code --cascade} is given, after checking the options that require it. */
  public boolean wanted(CommonOptions common) {
    if (model == null && (top != null || sample != null || audit)) {
      throw common.badUse(
          (audit ? "--audit" : top != null ? "--top" : "--sample") + " requires --cascade");
    }
    if (model != null && top == null) {
      throw common.badUse(
          "--cascade requires --top K, the number of regions that will be selected");
    }
    return model != null;
  }

  public boolean audit() {
    return audit;
  }

  public int top(CommonOptions common) {
    Integer told = top;
    if (told == null) {
      throw new IllegalStateException("called without --cascade");
    }
    common.require(told >= 1, "--top", told, "at least 1");
    return told;
  }

  public SelectionRules rules(CommonOptions common) {
    return rules.rules(common);
  }

  /**
   * Creates the policy that decides which images are scored exactly.
   *
   * @param images number of images in the pool
   * @param refinable whether estimates can be refined by a second view
   */
  public CascadePolicy order(
      CommonOptions common, SelectionRules chosen, int images, boolean refinable, long seed) {
    int drawn = sample == null ? Math.max(LEAST_DRAWN, Math.min(MOST_DRAWN, images / 100)) : sample;
    return common.usage(() -> new CascadePolicy(top(common), chosen, risk, refinable, drawn, seed));
  }

  /** Opens the cheap model. If it contains no model card, the card of {@code exact} is used. */
  public LoadedModel open(LoadedModel exact, ModelOptions models) {
    String told = model;
    if (told == null) {
      throw new IllegalStateException("called without --cascade");
    }
    return ModelOptions.openBeside(models.file(told), exact);
  }

  /** Returns the settings recorded in a score file that a cascade writes. */
  public static SortedMap<String, String> settings(
      Map<String, String> run, LoadedModel cheap, int top, SelectionRules rules) {
    SortedMap<String, String> settings = new TreeMap<>(run);
    settings.put("cascade", cheap.file().digest());
    settings.put(TOP, Integer.toString(top));
    settings.put(RULES, rules.fingerprint());
    return settings;
  }

  /**
   * Checks that a selection is covered by the cascade that wrote the scores: at most its number of
   * regions, and the same rules. Other scores in the file are only estimates.
   *
   * @throws FlipsideException if it is not
   */
  public static void requireCovered(Path scores, int k, SelectionRules rules) {
    SortedMap<String, String> settings = ScoreFileWriter.settings(scores);
    String top = settings.get(TOP);
    if (top == null) {
      return;
    }
    if (k > Integer.parseInt(top)) {
      throw new FlipsideException(
          scores
              + ": written by a cascade for the best "
              + top
              + " regions, -k asks for "
              + k
              + "; score again with --top "
              + k);
    }
    if (!rules.fingerprint().equals(settings.get(RULES))) {
      throw new FlipsideException(
          scores
              + ": written by a cascade with other values of --exclude, --per-image-max or --min-distance; score"
              + " again with those of this selection");
    }
  }

  /**
   * Checks that scores were not written by a cascade, which knows nothing of an option.
   *
   * @throws FlipsideException if they were
   */
  public static void requireNoCascade(Path scores, String option) {
    if (ScoreFileWriter.settings(scores).containsKey(TOP)) {
      throw new FlipsideException(
          scores
              + ": written by a cascade, which has not left out the regions of "
              + option
              + "; score without --cascade, or list the regions in a file for --exclude");
    }
  }
}
