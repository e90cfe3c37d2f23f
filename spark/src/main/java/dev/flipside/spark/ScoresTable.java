package dev.flipside.spark;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.inspection.LoadedModel;
import dev.flipside.scorer.scores.ImageFailure;
import dev.flipside.scorer.scores.ImageResult;
import dev.flipside.scorer.scores.RegionScores;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of scores: Parquet files in a folder {@code model=…/run=…}, a row per image. An image has
 * either scores or an error. The file {@code _settings.json} in the folder has the settings of the
 * run, as the file beside a score file does.
 *
 * @param folder path or address of the folder
 */
public record ScoresTable(String folder) {
  /** Columns: the position in the pool when it was scored, and the fields of a score file. */
  public static final StructType SCHEMA =
      new StructType()
          .add("position", DataTypes.LongType)
          .add("image", DataTypes.StringType)
          .add("height", DataTypes.IntegerType)
          .add("width", DataTypes.IntegerType)
          .add("regionHeight", DataTypes.IntegerType)
          .add("regionWidth", DataTypes.IntegerType)
          .add("best", DataTypes.FloatType)
          .add("scores", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("error", DataTypes.StringType);

  /** An image that is to be scored: {@link #SCHEMA} has its first two columns. */
  static final StructType POOL =
      new StructType()
          .add("position", DataTypes.LongType)
          .add("image", DataTypes.StringType)
          .add("location", DataTypes.StringType);

  private static final String SETTINGS = "_settings.json";
  private static final int DIGITS = 16;

  /**
   * Returns the table of a run.
   *
   * @param root path or address of the folder of all tables
   * @param settings what the scores depend on, the pool included
   */
  static ScoresTable of(String root, LoadedModel model, SortedMap<String, String> settings) {
    String digest = model.file().digest();
    return new ScoresTable(
        root.replaceFirst("/+$", "")
            + "/model="
            + digest.substring(digest.indexOf(':') + 1).substring(0, DIGITS)
            + "/run="
            + digest(settings));
  }

  private static String digest(SortedMap<String, String> settings) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(settings.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /**
   * Opens the table of an earlier run.
   *
   * @throws FlipsideException if the folder is no table of scores
   */
  public static ScoresTable open(String folder, Configuration configuration) {
    ScoresTable table = new ScoresTable(folder.replaceFirst("/+$", ""));
    if (!table.exists(configuration)) {
      throw new FlipsideException(
          folder
              + ": no table of scores, expected the folder model=…/run=… that the scoring printed");
    }
    return table;
  }

  /** Returns whether a run has begun to write this table. */
  boolean exists(Configuration configuration) {
    return HadoopFiles.exists(folder + "/" + SETTINGS, configuration);
  }

  /** Begins to write the table; rows that are there stay. */
  void create(SortedMap<String, String> settings, Configuration configuration) {
    try {
      String json =
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(settings);
      HadoopFiles.write(folder + "/" + SETTINGS, json + "\n", configuration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds rows of {@link #SCHEMA}: all of them, or none if the job fails. */
  void append(Dataset<Row> rows) {
    rows.write().mode(SaveMode.Append).parquet(path(rows.sparkSession()));
  }

  /** Returns all rows; none if nothing was scored yet. */
  public Dataset<Row> rows(SparkSession spark) {
    return spark.read().schema(SCHEMA).parquet(path(spark));
  }

  private String path(SparkSession spark) {
    return HadoopFiles.path(folder, spark.sparkContext().hadoopConfiguration()).toString();
  }

  /** Returns the rows of images with scores. */
  public Dataset<Row> scored(SparkSession spark) {
    return rows(spark).filter(col("error").isNull());
  }

  /** Returns the IDs of the images that failed, each once: of those without scores. */
  public Dataset<Row> failed(SparkSession spark) {
    Dataset<Row> failed = rows(spark).filter(col("error").isNotNull()).select("image").distinct();
    return failed.join(
        scored(spark).select(col("image").as("scored")),
        col("image").equalTo(col("scored")),
        "left_anti");
  }

  /** Returns the row of a result. */
  static Row row(long position, ImageResult result) {
    if (result instanceof RegionScores scores) {
      RegionGrid grid = scores.grid();
      float best = Float.NEGATIVE_INFINITY;
      for (float score : scores.scores()) {
        best = Math.max(best, score);
      }
      return RowFactory.create(
          position,
          scores.image(),
          grid.image().height(),
          grid.image().width(),
          grid.regionHeight(),
          grid.regionWidth(),
          best + 0f, // so that -0 is the same score as 0
          scores.scores(),
          null);
    }
    ImageFailure failure = (ImageFailure) result;
    return RowFactory.create(
        position, failure.image(), null, null, null, null, null, null, failure.error());
  }

  /** Returns the result in a row of {@link #SCHEMA}. */
  public static ImageResult result(Row row) {
    String image = row.getString(1);
    if (!row.isNullAt(8)) {
      return new ImageFailure(image, row.getString(8));
    }
    List<Float> list = row.getList(7);
    float[] scores = new float[list.size()];
    for (int index = 0; index < scores.length; index++) {
      scores[index] = list.get(index);
    }
    return new RegionScores(
        image,
        new RegionGrid(new ImageSize(row.getInt(2), row.getInt(3)), row.getInt(4), row.getInt(5)),
        scores);
  }
}
