package dev.flipside.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.console.Summary;
import java.io.IOException;
import java.nio.file.Path;

/** The summary of a simulated campaign: where its report is, and its statistics. */
final class RunSummary {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunSummary() {}

  /**
   * Makes the summary.
   *
   * @param folder of the run
   * @param report its page
   * @throws FlipsideException if the statistics cannot be read
   */
  static Summary of(Path folder, Path report) {
    Path statistics = folder.resolve("summary.json");
    try {
      JsonNode values = JSON.readTree(statistics.toFile());
      Summary summary = new Summary().line("report: " + report).with("report", report.toString());
      values.properties().forEach(each -> summary.with(each.getKey(), each.getValue()));
      return summary;
    } catch (IOException e) {
      throw new FlipsideException(statistics + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
