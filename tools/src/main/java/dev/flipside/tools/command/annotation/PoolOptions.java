package dev.flipside.tools.command.annotation;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.tools.command.help.Section;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The images that are labelled, and the classes of their labels. */
public final class PoolOptions {
  @Option(
      names = "--pool",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the scored images.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @Option(
      names = "--classes",
      required = true,
      paramLabel = "N|NAME|FILE",
      description = "Classes of the labels: a number, camvid, cityscapes, or a JSON file.")
  @Section(Section.INPUT)
  @SuppressWarnings("NullAway.Init")
  private String classes;

  /** Lists the images; throws {@link dev.flipside.models.domain.FlipsideException} if none. */
  public Pool pool() {
    return Pool.ofFolder(pool);
  }

  /** Reads the classes. */
  public ClassMap classes() {
    return ClassMaps.read(classes);
  }
}
