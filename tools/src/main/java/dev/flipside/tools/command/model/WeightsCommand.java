package dev.flipside.tools.command.model;

import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.weights.KnownWeights;
import dev.flipside.tools.weights.WeightsFetch;
import dev.flipside.trainer.weights.StoredTensor;
import dev.flipside.trainer.weights.WeightsFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flipside weights}. */
@Command(
    name = "weights",
    description =
        "Download pretrained weights, and inspect weights files without executing code in them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  flipside weights fetch resnet18",
      "  flipside weights inspect resnet50.safetensors"
    })
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
      @Parameters(paramLabel = "FILE", description = "Weights file.") Path path,
      @Mixin SummaryOptions printed) {
    try (WeightsFile file = WeightsFile.open(path)) {
      Summary summary = new Summary();
      List<Map<String, Object>> tensors = new ArrayList<>();
      long elements = 0;
      for (StoredTensor each : file.tensors()) {
        String type = each.type().name().toLowerCase(Locale.ROOT);
        elements += each.elements();
        tensors.add(Map.of("name", each.name(), "type", type, "shape", each.shape()));
        summary.line(each.name() + "  " + type + "  " + each.shape());
      }
      printed.print(
          options,
          summary
              .line(tensors.size() + " tensors, " + elements + " elements")
              .with("elements", elements)
              .with("tensors", tensors));
    }
  }

  @Command(
      name = "fetch",
      description = {
        "Download weights trained on ImageNet and print the path of the file. Without NAME, list"
            + " the names. The file name contains the first digits of the SHA-256, which are"
            + " checked."
      })
  void fetch(
      @Mixin CommonOptions options,
      @Parameters(arity = "0..1", paramLabel = "NAME", description = "Name of the weights.")
          @Nullable String name,
      @Option(
              names = "--from",
              paramLabel = "URL",
              description =
                  "URL of another folder that contains the file (default: the publisher's).")
          @Nullable URI from,
      @Option(
              names = "--to",
              paramLabel = "DIR",
              description =
                  "Folder to write to; --backbone NAME searches only the default folder (default:"
                      + " flipside/weights in the user's cache folder).")
          @Nullable Path to,
      @Mixin SummaryOptions printed) {
    if (name == null) {
      if (printed.json()) {
        printed.print(options, new Summary().with("weights", KnownWeights.ALL));
        return;
      }
      for (KnownWeights each : KnownWeights.ALL) {
        options.out().printf("%-20s %-20s %s%n", each.name(), each.network(), each.about());
      }
      return;
    }
    KnownWeights known = KnownWeights.parse(name);
    if (from != null) {
      options.require(
          String.valueOf(from.getScheme()).matches("https?"),
          "--from",
          from,
          "an http or https URL");
      known = known.from(from);
    }
    Path folder = to == null ? WeightsFetch.userFolder() : to;
    WeightsFetch.Fetched fetched = new WeightsFetch(folder).run(known);
    options
        .err()
        .println(
            (fetched.fetched() ? "downloaded" : "was there")
                + ", SHA-256 "
                + fetched.sha256()
                + ", begins as the name of the file says");
    printed.print(
        options,
        new Summary()
            .line(fetched.file().toString())
            .with("file", fetched.file().toString())
            .with("downloaded", fetched.fetched())
            .with("sha256", fetched.sha256()));
  }
}
