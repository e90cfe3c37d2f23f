package dev.flipside.tools.command.service;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.process.SparkLaunch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flipside spark}: submits scoring and selection to Apache Spark. */
@Command(
    name = "spark",
    description = {
      "Score a pool, or select regions, on Apache Spark: calls spark-submit of SPARK_HOME, or the one"
          + " on the path. See flipside spark score --help and flipside spark select --help."
    },
    footer = {
      "",
      "Examples:",
      "  flipside spark --master spark://host:7077 score --model model.onnx \\",
      "    --pool s3a://bucket/images --grid 5x5 --scores s3a://bucket/scores",
      "  flipside spark --master 'local[2]' select --scores scores/model=…/run=… -k 100 \\",
      "    --out selection.jsonl"
    })
public final class SparkCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Master of the cluster, or local[N] (default: that of spark-defaults.conf).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "NAME=VALUE",
      description = "Setting of Spark; may be repeated (default: none).")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--packages",
      paramLabel = "G:A:V,…",
      description =
          "Further libraries by their coordinates, for example the client of an object store"
              + " (default: none).")
  private @Nullable String packages;

  @Parameters(
      arity = "1..*",
      paramLabel = "score|select OPTIONS",
      description = "What to do, with its options.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    List<String> options = new ArrayList<>();
    if (master != null) {
      options.addAll(List.of("--master", master));
    }
    settings.forEach(each -> options.addAll(List.of("--conf", each)));
    if (packages != null) {
      options.addAll(List.of("--packages", packages));
    }
    List<String> command =
        new SparkLaunch(options, arguments).commandLine(System.getenv("SPARK_HOME"));
    common.err().flush();
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      // Ctrl-C reaches both processes. A kill of this one must also stop the driver.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      return process.waitFor();
    } catch (IOException e) {
      throw new FlipsideException(
          command.get(0) + " cannot be started: set SPARK_HOME to the folder of Spark 4.2", e);
    }
  }
}
