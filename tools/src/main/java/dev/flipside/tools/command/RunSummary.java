package dev.flipside.tools.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.results.RunContents;
import dev.flipside.tools.statistics.Curves;
import dev.flipside.tools.statistics.SummaryFiles;
import java.nio.file.Path;

/** Prints the summary of a simulated campaign: where its report is; as JSON, its statistics too. */
final class RunSummary {
  private RunSummary() {}

  /**
   * Prints the summary.
   *
   * @param folder of the run
   * @param report its page
   */
  static void print(SummaryOptions printed, CommonOptions common, Path folder, Path report) {
    Summary summary = new Summary().line("report: " + report).with("report", report.toString());
    if (printed.json()) {
      try {
        new ObjectMapper()
            .readTree(SummaryFiles.json(new Curves(RunContents.read(folder))))
            .properties()
            .forEach(each -> summary.with(each.getKey(), each.getValue()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("statistics that are not JSON", e);
      }
    }
    printed.print(common, summary);
  }
}
