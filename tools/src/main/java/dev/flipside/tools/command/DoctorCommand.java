package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.OpenCv;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.ProviderDiagnosis;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.command.training.NetworkShapeOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.trainer.engine.BackendChoice;
import dev.flipside.trainer.engine.ConvolutionBackend;
import dev.flipside.trainer.engine.ConvolutionDeviation;
import dev.flipside.trainer.engine.ConvolutionShape;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.SegmentationNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check this machine: hardware, libraries, and the execution providers that Flipside would"
          + " use. Exits with 1 if something required does not work."
    },
    footer = {
      "",
      "Examples:",
      "  flipside doctor",
      "  flipside doctor --deep",
      "  flipside doctor --deep --depth 18 --width 0.3"
    })
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--deep",
      description =
          "Also compare the convolutions of the training engine, forward and backward,"
              + " with a float64 reference: 360 shapes, or those of the model given by"
              + " --network, --width, --output-stride and --head.")
  private boolean deep;

  @ArgGroup(exclusive = false)
  private @Nullable NetworkShapeOptions network;

  @Mixin private SummaryOptions printed = new SummaryOptions();

  private final List<Finding> found = new ArrayList<>();
  private boolean healthy = true;

  /**
   * What was found out about a part of the machine.
   *
   * @param details further lines
   */
  record Finding(boolean usable, String part, String finding, List<String> details) {}

  @Override
  public Integer call() {
    if (network != null && !deep) {
      throw common.badUse("--network, --width, --output-stride and --head require --deep");
    }
    Runtime machine = Runtime.getRuntime();
    line(
        true,
        "Machine",
        machine.availableProcessors()
            + " cores, "
            + (machine.maxMemory() >> 20)
            + " MiB maximum heap, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    line(
        true,
        "Java",
        Runtime.version()
            + ", "
            + System.getProperty("java.vm.name")
            + ", "
            + System.getProperty("java.home"));
    check("OpenCV", () -> OpenCv.version() + " loaded");
    check("Training", DoctorCommand::trainingEngine);
    convolutions();
    if (deep) {
      check("Convolutions of all shapes", this::deepCheck);
    }
    for (ProviderDiagnosis each : ExecutionProviders.diagnose()) {
      provider(each);
    }
    check(
        "Scoring",
        () ->
            "--provider auto uses "
                + ExecutionProviders.choose(
                    SessionOptions.of(ExecutionProvider.AUTO, machine.availableProcessors())));
    printed.print(common, new Summary().with("healthy", healthy).with("findings", found));
    return healthy ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static String trainingEngine() {
    int gpus = Torch.engine().getGpuCount();
    return "PyTorch "
        + Torch.engine().getVersion()
        + " (DJL), "
        + gpus
        + " GPUs visible; --device auto uses "
        + (gpus > 0 ? "cuda" : "cpu");
  }

  private void convolutions() {
    try {
      BackendChoice choice = Torch.convolutions();
      boolean usable = choice.backend() != ConvolutionBackend.NONE;
      healthy &= usable;
      line(usable, "Convolutions on the CPU", choice.backend() + ": " + choice.reason());
    } catch (RuntimeException | LinkageError e) {
      healthy = false;
      line(false, "Convolutions on the CPU", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks every shape of the grid, or of the network if one is given.
   *
   * @throws FlipsideException if one gives wrong results
   */
  private String deepCheck() {
    List<ConvolutionShape> shapes =
        network == null
            ? ConvolutionShape.grid()
            : SegmentationNetwork.convolutions(network.shape());
    List<ConvolutionDeviation> wrong = new ArrayList<>();
    double largest = 0;
    try (ConsoleProgress progress =
        ConsoleProgress.onStandardError("Checking convolutions", "shapes")) {
      for (int i = 0; i < shapes.size(); i++) {
        ConvolutionDeviation deviation = Torch.checkConvolution(shapes.get(i));
        if (!deviation.acceptable()) {
          wrong.add(deviation);
        }
        largest = Math.max(largest, deviation.largest());
        progress.advance(i + 1, shapes.size(), "");
      }
    }
    if (!wrong.isEmpty()) {
      throw new FlipsideException(
          wrong.size()
              + " of "
              + shapes.size()
              + " shapes give wrong results; the first: "
              + wrong.get(0));
    }
    return String.format(
        Locale.ROOT,
        "%d shapes agree with a float64 reference, forward and backward; largest difference %.1e",
        shapes.size(),
        largest);
  }

  private void check(String what, Supplier<String> finding) {
    try {
      line(true, what, finding.get());
    } catch (RuntimeException | LinkageError e) {
      healthy = false;
      line(false, what, String.valueOf(e.getMessage()));
    }
  }

  /** Reports a provider. Only the CPU provider is required. */
  private void provider(ProviderDiagnosis diagnosis) {
    boolean needed = diagnosis.provider() == ExecutionProvider.CPU;
    healthy &= diagnosis.usable() || !needed;
    List<String> findings = diagnosis.findings();
    line(
        diagnosis.usable(),
        "Scoring on " + diagnosis.provider(),
        findings.isEmpty() ? "" : findings.get(0),
        findings.stream().skip(1).toList());
  }

  private void line(boolean good, String what, String finding) {
    line(good, what, finding, List.of());
  }

  private void line(boolean good, String what, String finding, List<String> details) {
    found.add(new Finding(good, what, finding, details));
    String mark = common.ansi(good ? "@|green ok|@" : "@|yellow no|@");
    printed.line(common, mark + "  " + common.ansi("@|bold " + what + "|@") + ": " + finding);
    details.forEach(each -> printed.line(common, "      " + each));
  }
}
