package dev.flipside.tools.command;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.report.ReportWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside report}. */
@Command(
    name = "report",
    description = {
      "Write the HTML report of a run (self-contained, works offline). simulate and quickstart"
          + " write it automatically."
    },
    footer = {"", "Example:", "  flipside report runs/camvid --out camvid.html"})
public final class ReportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "DIR", description = "Run folder.")
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "HTML file to write (default: report.html in the run folder).")
  private @Nullable Path out;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    if (out != null) {
      output.require(out);
    }
    Path page = out == null ? ReportWriter.write(folder) : ReportWriter.write(folder, out);
    RunSummary.print(printed, common, folder, page);
    return ExitCodes.DONE;
  }
}
