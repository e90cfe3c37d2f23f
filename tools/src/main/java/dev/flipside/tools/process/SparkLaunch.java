package dev.flipside.tools.process;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@code flipside-spark} is submitted to Apache Spark, in a process of its own.
 *
 * @param options options of {@code spark-submit}, for example {@code --master local[2]}
 * @param arguments {@code score} or {@code select} with its options
 */
public record SparkLaunch(List<String> options, List<String> arguments) {
  private static final String MAIN = "dev.flipside.spark.command.FlipsideSpark";

  /** Copies the lists. */
  public SparkLaunch {
    options = List.copyOf(options);
    arguments = List.copyOf(arguments);
  }

  /**
   * Returns the command line.
   *
   * @param sparkHome folder of Spark, or null to look for {@code spark-submit} on the path
   * @throws FlipsideException if Spark is not there, or the module is not built
   */
  public List<String> commandLine(@Nullable String sparkHome) {
    return commandLine(sparkHome, LocalJava.home().resolve("spark/target"));
  }

  /**
   * Returns the command line.
   *
   * @param built folder with the jar of the module, and {@code lib} beside it
   */
  List<String> commandLine(@Nullable String sparkHome, Path built) {
    List<String> command = new ArrayList<>();
    command.add(program(sparkHome));
    Path jar = built.resolve("flipside-spark.jar");
    if (!Files.isRegularFile(jar)) {
      throw new FlipsideException(
          jar
              + ": the module for Spark is not built. Start it with ./flipside spark, which builds"
              + " it first");
    }
    command.addAll(List.of("--class", MAIN, "--jars", libraries(built.resolve("lib"))));
    command.addAll(options);
    command.add(jar.toString());
    command.addAll(arguments);
    return command;
  }

  private static String program(@Nullable String sparkHome) {
    if (sparkHome == null || sparkHome.isBlank()) {
      return "spark-submit";
    }
    Path submit = Path.of(sparkHome, "bin", "spark-submit");
    if (!Files.isExecutable(submit)) {
      throw new FlipsideException(
          submit + ": no such program; SPARK_HOME is the folder of Spark 4.2, expected bin in it");
    }
    return submit.toString();
  }

  private static String libraries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).sorted().collect(Collectors.joining(","));
    } catch (IOException e) {
      throw new FlipsideException(folder + ": the folder cannot be read: " + e, e);
    }
  }
}
