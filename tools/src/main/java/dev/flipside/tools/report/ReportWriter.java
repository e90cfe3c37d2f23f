package dev.flipside.tools.report;

import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.SummaryFiles;
import java.nio.file.Path;

/** The report of a run: one page that needs no network, made from the run's folder alone. */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes {@code report.html}, {@code summary.csv} and {@code summary.json} into a run's folder,
   * over earlier ones.
   *
   * @param runFolder folder with {@code run.json} and {@code results.csv}
   * @return the page that was written
   * @throws FlipsideException if it is not the folder of a run, a file in it is broken, or the page
   *     cannot be written
   */
  public static Path write(Path runFolder) {
    Path page = write(runFolder, runFolder.resolve("report.html"));
    SummaryFiles.write(runFolder, new Curves(RunContents.read(runFolder)));
    return page;
  }

  /**
   * Writes the page to a file of choice.
   *
   * @see #write(Path)
   */
  public static Path write(Path runFolder, Path page) {
    AtomicFile.write(page, html(runFolder));
    return page;
  }

  /** The page. */
  static String html(Path runFolder) {
    return new ReportPage(RunContents.read(runFolder)).html();
  }
}
