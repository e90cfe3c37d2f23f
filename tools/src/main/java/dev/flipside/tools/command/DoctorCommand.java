package dev.flipside.tools.command;

import dev.flipside.scorer.image.OpenCv;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.ExecutionProviders;
import dev.flipside.scorer.inference.ProviderDiagnosis;
import dev.flipside.scorer.inference.SessionOptions;
import dev.flipside.trainer.Torch;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flipside doctor}. */
@Command(
    name = "doctor",
    description = {
      "Say what this machine has, what Flipside would use and why. Ends with exit code 1 where"
          + " something that is needed does not work."
    },
    footer = {"", "Example:", "  flipside doctor"})
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  private boolean healthy = true;

  @Override
  public Integer call() {
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
