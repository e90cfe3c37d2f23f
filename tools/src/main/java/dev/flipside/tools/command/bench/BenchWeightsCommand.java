package dev.flipside.tools.command.bench;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.tools.bench.WeightsBench;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.trainer.TrainingPlan;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside bench weights}. */
@Command(
    name = "weights",
    description = {
      "Measure the time to load, save and export the weights of a model for the first time in a"
          + " process. Prints one JSON line per measurement."
    },
    footer = {
      "",
      "Example:",
      "  flipside bench weights --depth 50 --classes 21 fcn_resnet50.pth",
    })
public final class BenchWeightsCommand implements Callable<Integer> {
  private static final ImageSize ANY = new ImageSize(32, 32);

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--depth",
      paramLabel = "D",
      defaultValue = "50",
      description = "ResNet depth: 18, 34, 50 or 101 (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "11",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description = "Weights files for this model to load as well (.safetensors, .pth, .onnx).")
  private List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    ClassMap unnamed = common.usage(() -> ClassMap.unnamed(classes));
    NetworkShape shape = common.usage(() -> NetworkShape.ofDepth(depth));
    TrainingPlan plan =
        TrainingPlan.select(shape, ANY, 0).toBuilder().device(DeviceChoice.CPU).build();
    PrintWriter out = common.out();
    Path folder = Files.createTempDirectory("flipside-bench");
    try {
      new WeightsBench(plan, unnamed)
          .run(
              files,
              folder,
              timing -> {
                out.println(timing.toJson());
                out.flush();
              });
    } finally {
      for (String name : List.of("weights.safetensors", "model.onnx")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
    return ExitCodes.DONE;
  }
}
