package dev.flipside.tools.report;

import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.results.Measurement;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.results.RunDescription;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.Spread;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The page about a run, from top to bottom. Parts that a run does not have are left out. */
final class ReportPage {
  private final RunContents run;
  private final Curves curves;

  ReportPage(RunContents run) {
    this.run = run;
    this.curves = new Curves(run);
  }

  String html() {
    RunDescription description = run.description();
    List<PaperResults.Figure> paper = PaperResults.of(description.dataset());
    HtmlPage page = new HtmlPage(description.title());
    page.markup("<h1>" + HtmlPage.escape(description.title()) + "</h1>");
    page.paragraph(
        "Active learning for semantic segmentation: in every round a network is trained on the"
            + " regions labelled so far, scores the regions of the pool by its uncertainty, and the"
            + " highest are labelled next.");
    unfinished(page);
    headline(page);
    CurvePanels panels = new CurvePanels(run, curves);
    ResultTables tables = new ResultTables(run, curves, paper);
    PicturePanels pictures = new PicturePanels(run);
    panels.miou(page);
    tables.byBudget(page);
    StatisticsTables statistics = new StatisticsTables(curves);
    statistics.controls(page);
    statistics.differences(page);
    statistics.wins(page);
    new PaperPanels(curves, paper).add(page);
    ArmsTable.add(page, run.description());
    tables.byClass(page);
    panels.classEntropy(page);
    pictures.atlas(page);
    pictures.examples(page);
    RescoringPanel.add(page, run, curves);
    TimePanel.add(page, run);
    provenance(page);
    tables.all(page);
    return page.toString();
  }

  /** Says how many arms are still to come, while a run is under way or after it was stopped. */
  private void unfinished(HtmlPage page) {
    List<String> strategies = run.description().strategies();
    List<Long> seeds = run.description().seeds();
    long missing =
        strategies.stream()
            .mapToLong(
                strategy -> seeds.stream().filter(seed -> !isComplete(strategy, seed)).count())
            .sum();
    if (missing > 0) {
      page.markup(
          "<p class=\"warning\">Unfinished: "
              + missing
              + " of "
              + Numbers.count((long) strategies.size() * seeds.size(), "arm")
              + " (a strategy with a seed) "
              + (missing == 1 ? "lacks" : "lack")
              + " measurements.</p>");
    }
  }

  private boolean isComplete(String strategy, long seed) {
    List<Double> marks = Curves.isFull(strategy) ? List.of() : run.description().budgets();
    return run.measurements().stream()
            .anyMatch(each -> each.strategy().equals(strategy) && each.seed() == seed)
        && marks.stream()
            .allMatch(
                mark -> curves.at(strategy, mark).stream().anyMatch(each -> each.seed() == seed));
  }

  private void headline(HtmlPage page) {
    StringBuilder out = new StringBuilder("<div class=\"facts\">");
    Spread full = curves.fullySupervised();
    if (!curves.selecting().isEmpty()) {
      double budget = Collections.max(curves.budgets());
      String best = best(budget);
      double miou = Objects.requireNonNull(curves.spread(best, budget, Measurement::miou)).mean();
      fact(
          out,
          Numbers.score(miou),
          "mIoU of " + best + " with " + Numbers.percent(budget) + " labelled");
      if (full != null) {
        fact(out, Numbers.percent(miou / full.mean()), "of the fully supervised mIoU");
      }
      Measurement any = curves.at(best, budget).get(0);
      fact(out, any.labelledRegions() + " of " + any.totalRegions(), "regions labelled");
    } else if (full != null) {
      fact(out, Numbers.score(full.mean()), "mIoU with all labels");
    }
    fact(
        out,
        run.strategies().size() + (run.strategies().size() == 1 ? " strategy" : " strategies"),
        "with " + Numbers.count(seeds(), "seed"));
    fact(
        out,
        ConsoleProgress.duration(
            run.measurements().stream()
                .mapToDouble(
                    each -> each.trainSeconds() + each.evaluateSeconds() + each.scoreSeconds())
                .filter(each -> !Double.isNaN(each))
                .sum()),
        "in all stages together");
    page.markup(out.append("</div>").toString());
  }

  private String best(double budget) {
    String best = "";
    double highest = Double.NEGATIVE_INFINITY;
    for (String strategy : curves.selecting()) {
      Spread spread = curves.spread(strategy, budget, Measurement::miou);
      if (spread != null && spread.mean() > highest) {
        highest = spread.mean();
        best = strategy;
      }
    }
    return best;
  }

  private long seeds() {
    return run.measurements().stream().map(Measurement::seed).distinct().count();
  }

  private static void fact(StringBuilder out, String value, String what) {
    out.append("<div><b>")
        .append(HtmlPage.escape(value))
        .append("</b><span>")
        .append(HtmlPage.escape(what))
        .append("</span></div>");
  }

  private void provenance(HtmlPage page) {
    RunDescription description = run.description();
    page.heading("How this was made");
    page.markup("<pre tabindex=\"0\">" + HtmlPage.escape(description.command()) + "</pre>");
    StringBuilder out = new StringBuilder("<dl>");
    description.versions().forEach((name, value) -> entry(out, name, value));
    Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    settings.putAll(description.facts());
    if (!settings.containsKey("strategies")) {
      entry(out, "strategies", String.join(", ", description.strategies()));
    }
    if (!settings.containsKey("seeds")) {
      entry(out, "seeds", joined(description.seeds()));
    }
    if (!settings.containsKey("budgets") && !description.budgets().isEmpty()) {
      entry(
          out,
          "budgets",
          String.join(", ", description.budgets().stream().map(Numbers::percent).toList()));
    }
    description.facts().forEach((name, value) -> entry(out, name, value));
    page.markup(out.append("</dl>").toString());
  }

  private static String joined(List<Long> values) {
    return String.join(", ", values.stream().map(String::valueOf).toList());
  }

  private static void entry(StringBuilder out, String name, String value) {
    out.append("<div><dt>")
        .append(HtmlPage.escape(name))
        .append("</dt><dd>")
        .append(HtmlPage.escape(value))
        .append("</dd></div>");
  }
}
