package dev.flipside.tools.command;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.OpenCv;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.ProviderDiagnosis;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.NetworkShapeOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.trainer.engine.BackendChoice;
import dev.flipside.trainer.engine.ConvolutionBackend;
import dev.flipside.trainer.engine.ConvolutionDeviation;
import dev.flipside.trainer.engine.ConvolutionShape;
import dev.flipside.trainer.engine.Torch;
import dev.flipside.trainer.net.FcnResNet;
import java.io.PrintWriter;
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
      "Say what this machine has, what Flipside would use and why. Ends with exit code 1 where"
          + " something that is needed does not work."
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
          "Also compare the training engine's convolutions, forward and backward, with a float64"
              + " reference: 360 shapes, or those of the network given by --depth, --width and"
              + " --output-stride.")
  private boolean deep;

  @ArgGroup(exclusive = false)
  private @Nullable NetworkShapeOptions network;

  private boolean healthy = true;

  @Override
  public Integer call() {
    if (network != null && !deep) {
      throw common.badUse("--depth, --width and --output-stride belong to --deep");
    }
    Runtime machine = Runtime.getRuntime();
    line(
        true,
        "Machine",
        machine.availableProcessors()
            + " cores, "
            + (machine.maxMemory() >> 20)
            + " MiB of heap at most, "
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
    check("OpenCV", () -> OpenCv.version() + " loaded; reads and writes images");
    check("Training", DoctorCommand::trainingEngine);
    convolutions();
    if (deep) {
      check("Convolutions in depth", this::deepCheck);
    }
    for (ProviderDiagnosis each : ExecutionProviders.diagnose()) {
      provider(each);
    }
    check(
        "Scoring",
        () ->
            "auto would use "
                + ExecutionProviders.choose(
                    SessionOptions.of(ExecutionProvider.AUTO, machine.availableProcessors())));
    return healthy ? 0 : 1;
  }

  private static String trainingEngine() {
    int gpus = Torch.engine().getGpuCount();
    return "PyTorch "
        + Torch.engine().getVersion()
        + " through DJL sees "
        + gpus
        + " GPUs; --device auto would train on "
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
   * Every shape of the grid or of the network.
   *
   * @throws FlipsideException if one is wrong
   */
  private String deepCheck() {
    List<ConvolutionShape> shapes =
        network == null ? ConvolutionShape.grid() : FcnResNet.convolutions(network.shape());
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
              + " shapes are wrong, the first is "
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

  /** A GPU that is missing is no illness; a CPU provider that is would be. */
  private void provider(ProviderDiagnosis diagnosis) {
    boolean needed = diagnosis.provider() == ExecutionProvider.CPU;
    healthy &= diagnosis.usable() || !needed;
    List<String> findings = diagnosis.findings();
    line(
        diagnosis.usable(),
        "Scoring on " + diagnosis.provider(),
        findings.isEmpty() ? "" : findings.get(0));
    findings.stream().skip(1).forEach(each -> common.out().println("      " + each));
  }

  private void line(boolean good, String what, String finding) {
    PrintWriter out = common.out();
    String mark = common.ansi(good ? "@|green ok|@" : "@|yellow no|@");
    out.println(mark + "  " + common.ansi("@|bold " + what + "|@") + ": " + finding);
    out.flush();
  }
}
