package dev.flipside.tools.command.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Named values of the options of {@code simulate}. An option on the command line overrides the
 * preset's value of it.
 */
public enum Preset {
  /** The paper's CamVid experiment (EquAL, Sec. 4). */
  PAPER_CAMVID(
      "paper-camvid",
      "the paper's CamVid experiment",
      Dataset.CAMVID,
      true,
      """
      --layout camvid --size 360x480 --grid 5x5 --network resnet50 --output-stride 8 --head fcn
      --strategy random,random+,entropy,two-view,equal,equal+,full,full+ --seed 0,1,2,3,4
      --budgets 0.08,0.12,0.16,0.20,0.24 --step 1 --initial 0 --protocol reference --epochs 1
      --batch 5 --learning-rate 5e-4 --weight-decay 2e-4
      --final-epochs 60 --final-schedule steps --final-rate-every 20 --val-split val
      """),
  /** The paper's Cityscapes experiment. */
  PAPER_CITYSCAPES(
      "paper-cityscapes",
      "the paper's Cityscapes experiment",
      Dataset.CITYSCAPES,
      true,
      """
      --layout cityscapes --test-split val --size 512x1024 --grid 4x8
      --network resnet50 --output-stride 8 --head fcn
      --strategy random,random+,entropy,two-view,equal,equal+,full,full+ --seed 0,1,2,3,4
      --budgets 0.12 --step 5 --initial 0 --protocol reference --epochs 1
      --batch 4 --learning-rate 5e-4 --weight-decay 2e-4
      --final-epochs 60 --final-schedule steps --final-rate-every 20
      """),
  /** As the authors' released code selects: ImageNet weights from the start, void left out. */
  REFERENCE_CAMVID(
      "reference-camvid",
      "paper-camvid, but selecting like the reference implementation: from the weights of"
          + " --backbone, and never a region that is mostly void",
      Dataset.CAMVID,
      true,
      PAPER_CAMVID.text + " --backbone-while-selecting --void-filter"),
  /** CamVid in hours on a CPU. */
  CPU_CAMVID(
      "cpu-camvid",
      "CamVid at a quarter of the pixels, for a CPU",
      Dataset.CAMVID,
      true,
      """
      --layout camvid --size 180x240 --grid 5x5
      --network efficientnet_lite0 --output-stride 16 --head deeplabv3plus
      --strategy random,random+,entropy,two-view,equal,equal+,full,full+ --seed 0,1,2
      --budgets 0.08,0.12 --step 42 --initial 0.03 --protocol reference --epochs 1
      --batch 4 --learning-rate 1e-3 --weight-decay 2e-4 --backbone-while-selecting
      --class-weights 0.5,0.45,2,0.4,1,0.7,2,2,0.9,2.5,4
      --final-epochs 12 --final-schedule poly --validation 0.2
      """),
  /** A run of minutes that shows whether everything works, not which strategy is better. */
  SMOKE(
      "smoke",
      "minutes on synthetic scenes, to see that everything works",
      Dataset.SYNTHETIC,
      false,
      """
      --layout camvid --size 60x80 --grid 5x5 --network resnet18 --width 0.25 --output-stride 8
      --head fcn --strategy random,random+,two-view,equal+,full --seed 0,1
      --budgets 0.05,0.10 --step 100 --initial 0 --protocol reference --epochs 2
      --batch 8 --learning-rate 3e-3 --weight-decay 2e-4
      --final-epochs 4 --final-schedule poly
      """);

  /** Options of which one replaces the other. */
  private static final List<Set<String>> ALTERNATIVES =
      List.of(
          Set.of("--grid", "--region"),
          Set.of("--network", "--depth"),
          Set.of("--val-split", "--validation"));

  /** A data set that a preset is for. */
  enum Dataset {
    CAMVID("CamVid (701 images)", "get it with flipside dataset fetch camvid --to DIR"),
    CITYSCAPES(
        "Cityscapes (leftImg8bit and gtFine)",
        "its license asks you to download it yourself from cityscapes-dataset.com"),
    SYNTHETIC("synthetic scenes", "draw them with flipside synth --out DIR");

    private final String content;
    private final String source;

    Dataset(String content, String source) {
      this.content = content;
      this.source = source;
    }
  }

  private final String label;
  private final String about;
  private final Dataset dataset;
  private final boolean pretrained;
  private final String text;

  Preset(String label, String about, Dataset dataset, boolean pretrained, String text) {
    this.label = label;
    this.about = about;
    this.dataset = dataset;
    this.pretrained = pretrained;
    this.text = text.strip();
  }

  /**
   * Returns the preset of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Preset parse(String name) {
    for (Preset each : values()) {
      if (each.label.equals(name.strip())) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "preset \""
            + name
            + "\": expected one of "
            + Arrays.stream(values()).map(Preset::toString).collect(Collectors.joining(", ")));
  }

  /** Returns what it is, a few words. */
  public String about() {
    return about;
  }

  /** Returns all its options as on the command line. */
  public List<String> arguments() {
    return List.of(text.split("\\s+", -1));
  }

  /**
   * Returns those of its options that a command line does not set itself.
   *
   * @param given the command line
   */
  public List<String> argumentsBeside(List<String> given) {
    Set<String> named = given.stream().map(Preset::optionName).collect(Collectors.toSet());
    List<String> beside = new ArrayList<>();
    boolean overridden = false;
    for (String word : arguments()) {
      if (word.startsWith("--")) {
        overridden = isOverridden(word, named);
      }
      if (!overridden) {
        beside.add(word);
      }
    }
    return beside;
  }

  private static boolean isOverridden(String option, Set<String> named) {
    return named.contains(option)
        || named.contains("--no-" + option.substring(2))
        || ALTERNATIVES.stream()
            .anyMatch(each -> each.contains(option) && each.stream().anyMatch(named::contains));
  }

  private static String optionName(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  /** Returns the data set it is for. */
  Dataset dataset() {
    return dataset;
  }

  /** Returns whether its networks start from pretrained weights. */
  public boolean isPretrained() {
    return pretrained;
  }

  /** Returns what to say where its data set is not there. */
  public String missingData(String found) {
    return "--preset "
        + label
        + " needs "
        + dataset.content
        + ": "
        + found
        + "; "
        + dataset.source
        + " and pass --data DIR";
  }

  @Override
  public String toString() {
    return label;
  }
}
