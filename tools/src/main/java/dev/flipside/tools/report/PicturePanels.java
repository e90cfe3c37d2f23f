package dev.flipside.tools.report;

import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.tools.results.ArmPictures;
import dev.flipside.tools.results.ArmPictures.Example;
import dev.flipside.tools.results.ArmPictures.Tile;
import dev.flipside.tools.results.RunContents;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whole images as the networks saw them, and an atlas of the regions that were selected. */
final class PicturePanels {
  /** More would make the page too heavy to open on a phone. */
  private static final int MOST_TILES = 24;

  private final RunContents run;

  PicturePanels(RunContents run) {
    this.run = run;
  }

  void examples(HtmlPage page) {
    List<ArmPictures> arms = firstSeeds().stream().filter(a -> !a.examples().isEmpty()).toList();
    if (arms.isEmpty()) {
      return;
    }
    page.heading("What the networks saw");
    StringBuilder swatches = new StringBuilder("<ul class=\"swatches\">");
    for (SegmentationClass each : run.description().classes()) {
      swatches
          .append("<li><i style=\"background:")
          .append(each.hexColor())
          .append("\"></i>")
          .append(HtmlPage.escape(each.name()))
          .append("</li>");
    }
    page.markup(swatches.append("</ul>").toString());
    for (ArmPictures arm : arms) {
      page.markup("<h3>" + HtmlPage.escape(name(arm)) + "</h3>");
      for (Example example : arm.examples()) {
        StringBuilder row = new StringBuilder("<div class=\"gallery\">");
        for (int i = 0; i < example.files().size(); i++) {
          row.append(
              HtmlPage.figure(ArmPictures.png(example.files().get(i)), example.captions().get(i)));
        }
        page.note(example.image());
        page.markup(row.append("</div>").toString());
      }
    }
  }

  void atlas(HtmlPage page) {
    List<ArmPictures> arms = firstSeeds().stream().filter(a -> !a.atlas().isEmpty()).toList();
    if (arms.isEmpty()) {
      return;
    }
    page.heading("Atlas of selected regions");
    page.paragraph(
        "In the order they were selected, and the network's uncertainty there: entropy of both"
            + " views, dark for none.");
    for (ArmPictures arm : arms) {
      List<Tile> tiles = arm.atlas().subList(0, Math.min(MOST_TILES, arm.atlas().size()));
      page.markup("<h3>" + HtmlPage.escape(name(arm)) + "</h3>");
      StringBuilder out = new StringBuilder("<div class=\"atlas\">");
      tiles.forEach(tile -> out.append(figure(tile)));
      page.markup(out.append("</div>").toString());
      if (tiles.size() < arm.atlas().size()) {
        page.note("The first " + tiles.size() + " of " + arm.atlas().size() + ".");
      }
    }
  }

  private static String figure(Tile tile) {
    String where = tile.image() + " [" + tile.row() + "," + tile.col() + "]";
    Double score = tile.score();
    return "<figure>"
        + image(tile.file(), where)
        + image(tile.entropyFile(), "uncertainty of " + where)
        + "<figcaption>round "
        + tile.round()
        + (score == null ? "" : String.format(Locale.ROOT, ", %.3f", score))
        + "<br>"
        + HtmlPage.escape(where.substring(where.lastIndexOf('/') + 1))
        + "</figcaption></figure>";
  }

  private static String image(@Nullable Path file, String shows) {
    return file == null ? "" : HtmlPage.image(ArmPictures.png(file), shows);
  }

  /** One seed of each strategy is shown; the others lie in the run folder. */
  private List<ArmPictures> firstSeeds() {
    Map<String, ArmPictures> first = new LinkedHashMap<>();
    run.pictures().forEach(arm -> first.putIfAbsent(arm.strategy(), arm));
    return List.copyOf(first.values());
  }

  private String name(ArmPictures arm) {
    return run.description().seeds().size() == 1
        ? arm.strategy()
        : arm.strategy() + ", seed " + arm.seed();
  }
}
