package dev.flipside.tools.report;

import dev.flipside.models.vocab.ClassMap;
import dev.flipside.models.vocab.SegmentationClass;
import dev.flipside.tools.console.ConsoleProgress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The report of a simulated campaign: one page that needs no network, and its numbers as CSV.
 *
 * @param title heading of the page
 * @param command the command that repeats the run
 * @param facts what the run was made of, in order of appearance
 * @param classes classes of the task
 * @param rounds results of all arms, in the order they were made
 * @param examples images with their pictures
 */
public record RunReport(
    String title,
    String command,
    Map<String, String> facts,
    ClassMap classes,
    List<RoundResult> rounds,
    List<Example> examples) {

  /**
   * @throws IllegalArgumentException if there is no result to report
   */
  public RunReport {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    rounds = List.copyOf(rounds);
    examples = List.copyOf(examples);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("report \"" + title + "\": no round has a result");
    }
  }

  /** The page. */
  public String html() {
    HtmlPage page = new HtmlPage(title);
    page.markup("<h1>" + HtmlPage.escape(title) + "</h1>");
    page.paragraph(
        "Active learning for semantic segmentation: in every round a network is trained on the"
            + " regions labelled so far, scores every region of the pool by the uncertainty of its"
            + " two views, the image and its mirror image, and the highest are labelled next.");
    headline(page);
    curve(page);
    rounds(page);
    perClass(page);
    examples(page);
    provenance(page);
    return page.toString();
  }

  /** The numbers, one line a round, per-class IoU last. */
  public String csv() {
    StringBuilder out =
        new StringBuilder(
            "strategy,seed,round,phase,labelled_regions,total_regions,labelled_fraction,miou,"
                + "pixel_accuracy,class_entropy_nats,train_seconds,evaluate_seconds,score_seconds,"
                + "scored_images");
    classes.classes().forEach(each -> out.append(",iou_").append(each.name().replace(',', ' ')));
    out.append('\n');
    for (RoundResult round : rounds) {
      out.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%d,%s,%d,%d,%.6f,%.6f,%.6f,%.6f,%.2f,%.2f,%.2f,%d",
              round.strategy(),
              round.seed(),
              round.round(),
              round.phase(),
              round.labelledRegions(),
              round.totalRegions(),
              round.labelledFraction(),
              round.metrics().miou(),
              round.metrics().pixelAccuracy(),
              round.classEntropy(),
              round.seconds().train(),
              round.seconds().evaluate(),
              round.seconds().score(),
              round.scoredImages()));
      round.metrics().iou().forEach(iou -> out.append(String.format(Locale.ROOT, ",%.6f", iou)));
      out.append('\n');
    }
    return out.toString();
  }

  private void headline(HtmlPage page) {
    RoundResult last = rounds.get(rounds.size() - 1);
    double train = rounds.stream().mapToDouble(r -> r.seconds().train()).sum();
    double score = rounds.stream().mapToDouble(r -> r.seconds().score()).sum();
    StringBuilder out = new StringBuilder("<div class=\"facts\">");
    fact(out, number(last.metrics().miou()), "mIoU after the last round");
    fact(out, percent(last.labelledFraction()), "of the regions labelled");
    fact(out, last.labelledRegions() + " of " + last.totalRegions(), "regions");
    fact(out, ConsoleProgress.duration(train), "training");
    fact(out, ConsoleProgress.duration(score), "scoring the pool");
    page.markup(out.append("</div>").toString());
  }

  private static void fact(StringBuilder out, String value, String what) {
    out.append("<div><b>")
        .append(HtmlPage.escape(value))
        .append("</b><span>")
        .append(HtmlPage.escape(what))
        .append("</span></div>");
  }

  private void curve(HtmlPage page) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (Map.Entry<String, List<RoundResult>> arm : byStrategy().entrySet()) {
      lines.add(new LineChart.Line(arm.getKey(), points(arm.getValue())));
    }
    page.heading("mIoU against the labelled share");
    page.markup(
        "<figure>"
            + LineChart.svg(lines, "regions labelled", "mIoU on the test split")
            + "</figure>");
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">");
    for (int i = 0; i < lines.size(); i++) {
      legend
          .append("<li><i style=\"background:var(--s")
          .append(i % 8)
          .append(")\"></i>")
          .append(HtmlPage.escape(lines.get(i).name()))
          .append("</li>");
    }
    page.markup(legend.append("</ul>").toString());
  }

  private static List<LineChart.Point> points(List<RoundResult> arm) {
    Map<Long, List<RoundResult>> byRegions = new TreeMap<>();
    for (RoundResult round : arm) {
      byRegions.computeIfAbsent(round.labelledRegions(), regions -> new ArrayList<>()).add(round);
    }
    List<LineChart.Point> points = new ArrayList<>();
    for (List<RoundResult> seeds : byRegions.values()) {
      Spread spread = Spread.of(seeds.stream().mapToDouble(r -> r.metrics().miou()).toArray());
      points.add(
          new LineChart.Point(seeds.get(0).labelledFraction(), spread.mean(), spread.deviation()));
    }
    return points;
  }

  private void rounds(HtmlPage page) {
    List<List<String>> rows = new ArrayList<>();
    for (RoundResult round : rounds) {
      rows.add(
          List.of(
              round.strategy(),
              Long.toString(round.seed()),
              Integer.toString(round.round()),
              Long.toString(round.labelledRegions()),
              percent(round.labelledFraction()),
              number(round.metrics().miou()),
              number(round.metrics().pixelAccuracy()),
              number(round.classEntropy()),
              ConsoleProgress.duration(round.seconds().train()),
              ConsoleProgress.duration(round.seconds().score())));
    }
    page.heading("Rounds");
    page.table(
        List.of(
            "Strategy",
            "Seed",
            "Round",
            "Regions",
            "Labelled",
            "mIoU",
            "Pixel accuracy",
            "Class entropy (nats)",
            "Training",
            "Scoring"),
        rows);
  }

  private void perClass(HtmlPage page) {
    List<String> header = new ArrayList<>(List.of("Class"));
    List<RoundResult> finals = new ArrayList<>();
    for (Map.Entry<String, List<RoundResult>> arm : byStrategy().entrySet()) {
      RoundResult last = arm.getValue().get(arm.getValue().size() - 1);
      finals.add(last);
      header.add(last.strategy() + ", " + percent(last.labelledFraction()));
    }
    List<List<String>> rows = new ArrayList<>();
    for (int id = 0; id < classes.count(); id++) {
      List<String> row = new ArrayList<>(List.of(classes.classes().get(id).name()));
      for (RoundResult last : finals) {
        row.add(number(last.metrics().iou().get(id)));
      }
      rows.add(row);
    }
    page.heading("IoU of each class after the last round");
    page.table(header, rows);
  }

  private void examples(HtmlPage page) {
    if (examples.isEmpty()) {
      return;
    }
    page.heading("What the network saw");
    StringBuilder swatches = new StringBuilder("<ul class=\"swatches\">");
    for (SegmentationClass each : classes.classes()) {
      swatches
          .append("<li><i style=\"background:")
          .append(each.hexColor())
          .append("\"></i>")
          .append(HtmlPage.escape(each.name()))
          .append("</li>");
    }
    page.markup(swatches.append("</ul>").toString());
    for (Example example : examples) {
      StringBuilder row = new StringBuilder("<div class=\"gallery\">");
      for (Example.Picture picture : example.pictures()) {
        row.append(HtmlPage.figure(picture.png(), picture.caption()));
      }
      page.markup(row.append("</div>").toString());
    }
  }

  private void provenance(HtmlPage page) {
    page.heading("How this was made");
    page.markup("<pre>" + HtmlPage.escape(command) + "</pre>");
    List<List<String>> rows = new ArrayList<>();
    facts.forEach((name, value) -> rows.add(List.of(name, value)));
    page.table(List.of("Setting", "Value"), rows);
  }

  private Map<String, List<RoundResult>> byStrategy() {
    Map<String, List<RoundResult>> arms = new LinkedHashMap<>();
    for (RoundResult round : rounds) {
      arms.computeIfAbsent(round.strategy(), name -> new ArrayList<>()).add(round);
    }
    return arms;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}
