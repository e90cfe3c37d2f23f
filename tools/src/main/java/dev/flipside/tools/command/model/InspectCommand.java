package dev.flipside.tools.command.model;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.evidence.Finding;
import dev.flipside.models.evidence.FindingSource;
import dev.flipside.models.inspection.InspectionContext;
import dev.flipside.models.inspection.ModelInspection;
import dev.flipside.models.inspection.ModelSource;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.scorer.inference.OrtModelRunner;
import dev.flipside.tools.command.options.CardOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.RegistryOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ExitCodes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flipside inspect}. */
@Command(
    name = "inspect",
    description =
        "Show what Flipside infers about a segmentation model, the assumptions it makes and what"
            + " you must specify.",
    footer = {
      "",
      "Examples:",
      "  flipside inspect model.onnx",
      "  flipside inspect model.onnx --classes camvid --json",
      "",
      "Exit codes: 0 the model can be used, 1 it cannot be used or needs more"
          + " options, 2 usage error."
    })
public final class InspectCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CardOptions told = new CardOptions();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Parameters(
      paramLabel = "M.onnx|ID",
      description = "ONNX model, or the ID of a model in the registry.")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  @Override
  public Integer call() {
    Path cardFile = told.card();
    Path file = registry.file(model);
    ModelInspection found =
        ModelInspection.of(
            OnnxModelFile.read(file),
            cardFile == null ? null : ModelSource.readCard(cardFile),
            told.overrides(),
            InspectionContext.of(file, new OrtModelRunner()));
    if (printed.json()) {
      common.out().println(found.toJson());
    } else {
      print(found, common.out());
    }
    return found.card() == null ? ExitCodes.FAILED : ExitCodes.DONE;
  }

  private static String word(FindingSource evidence) {
    return evidence.name().toLowerCase(Locale.ROOT);
  }

  private static void print(ModelInspection found, PrintWriter out) {
    out.println(found.verdict());
    out.println(found.file() + ": " + found.bytes() + " bytes, " + found.digest());
    out.println(
        "opset "
            + found.opset()
            + ", IR version "
            + found.irVersion()
            + ", producer: "
            + (found.producer().isEmpty() ? "unknown" : found.producer()));
    found.inputs().forEach(each -> out.println("input  " + each));
    found.outputs().forEach(each -> out.println("output " + each));
    for (Finding finding : found.findings()) {
      out.println(
          (finding.assumed() ? "assumed " : "found   ")
              + finding.field()
              + " = "
              + finding.value()
              + ": "
              + finding.reason()
              + (finding.assumed() ? "" : " (" + word(finding.evidence()) + ")"));
    }
    ModelCard card = found.card();
    if (card != null) {
      out.println(card.toJson());
    }
  }
}
