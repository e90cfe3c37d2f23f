package dev.flipside.tools.command;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.trainer.weights.StoredTensor;
import dev.flipside.trainer.weights.WeightsFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flipside weights}. */
@Command(
    name = "weights",
    description = "Inspect files of weights without executing any code in them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  flipside weights inspect resnet50.safetensors"})
public final class WeightsCommand implements Runnable {
  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads its --help
  private CommonOptions common = new CommonOptions();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  @Command(
      name = "inspect",
      description =
          "List the tensors of a .safetensors file, a PyTorch state dict (.pth) or an"
              + " ONNX model.")
  void inspect(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "FILE", description = "File of weights.") Path path) {
    PrintWriter out = options.out();
    try (WeightsFile file = WeightsFile.open(path)) {
      long elements = 0;
      for (StoredTensor each : file.tensors()) {
        elements += each.elements();
        out.println(
            each.name() + "  " + each.type().name().toLowerCase(Locale.ROOT) + "  " + each.shape());
      }
      out.println(file.tensors().size() + " tensors, " + elements + " elements");
    }
  }
}
