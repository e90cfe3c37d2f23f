package dev.flipside.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Hadoop writes files on Windows only with its winutils")
class ScorePoolTest {
  @TempDir Path folder;
  private SparkSession spark = LocalSpark.session();
  private Path images = Path.of("");

  @BeforeEach
  void draw() throws IOException {
    spark = LocalSpark.session();
    images = LocalSpark.pool(folder.resolve("pool"));
  }

  @Test
  void score_folder_givesTheLinesOfALocalRun() {
    ScorePool.Summary summary = score(listing(images.toString()));

    assertThat(LocalSpark.lines(summary.table()))
        .isEqualTo(LocalSpark.lines(Pool.ofFolder(images)))
        .anySatisfy(line -> assertThat(line).contains("\"image\":\"z.png\",\"error\":"));
    assertThat(summary.scored()).isEqualTo(6);
    assertThat(summary.failed()).isEqualTo(1);
    assertThat(summary.table().folder())
        .startsWith(folder.resolve("scores") + "/model=")
        .contains("/run=");
    assertThat(folder.resolve("scores")).isDirectoryRecursivelyContaining("glob:**/_settings.json");
  }

  @Test
  void score_objectStore_givesTheScoresOfTheFiles() throws IOException {
    PoolListing listing = listing("store://bucket" + images);

    assertThat(listing.images().stream().map(PoolImage::id).toList()).isEqualTo(LocalSpark.NAMES);
    assertThat(lines(listing)).isEqualTo(localWithShortName());
  }

  @Test
  void score_httpAddressesOfAList_givesTheScoresOfTheFiles() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = images.resolve(exchange.getRequestURI().getPath().substring(1));
          byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
          exchange.sendResponseHeaders(bytes.length == 0 ? 404 : 200, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      Path list = Files.writeString(folder.resolve("list.txt"), "b/a.png\ngone.png\na.png\n");
      List<String> lines = lines(PoolListing.of(address, list.toString(), hadoop()));

      List<String> local = LocalSpark.lines(Pool.ofFolder(images));
      assertThat(lines)
          .containsExactly(
              local.get(2),
              "{\"image\":\"gone.png\",\"error\":\"gone.png: no such file: "
                  + address
                  + "/gone.png\"}",
              local.get(1));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void score_again_scoresNewImagesOnly() throws IOException {
    List<String> before = LocalSpark.lines(score(listing(images.toString())).table());
    // Would be reported if it were read again.
    Files.write(images.resolve("a.png"), new byte[3]);
    LocalSpark.image(images.resolve("new.png"), 24, 9);

    ScorePool.Summary summary = score(listing(images.toString()));

    assertThat(summary.scored()).isEqualTo(1);
    assertThat(summary.images()).isEqualTo(7);
    assertThat(summary.failed()).isEqualTo(1);
    assertThat(LocalSpark.lines(summary.table()))
        .hasSize(7)
        .containsAll(before)
        .anySatisfy(line -> assertThat(line).contains("new.png").contains("\"scores\""));
    assertThat(score(listing(images.toString())).scored()).isZero();
  }

  @Test
  void score_retryFailed_scoresThoseAgain() throws IOException {
    score(listing(images.toString()));
    LocalSpark.image(images.resolve("z.png"), 24, 8);

    ScorePool.Summary summary =
        new ScorePool(LocalSpark.model(), LocalSpark.SETTINGS, 2, 3, true)
            .score(spark, listing(images.toString()).images(), scores());

    assertThat(summary.scored()).isEqualTo(1);
    assertThat(summary.failed()).isZero();
  }

  @Test
  void score_storeRefuses_isNamedAndTheRestIsScoredLater() throws IOException {
    Path denied = Files.createFile(images.resolve("b/denied"));
    PoolListing listing = listing("store://bucket" + images);

    assertThatThrownBy(() -> score(listing, 1))
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith(
            "scoring was stopped: b/a.png: cannot be read from store://bucket" + images)
        .hasMessageContaining("ExpiredToken; what was scored before is kept in " + scores())
        .hasMessageNotContaining("trace 18");

    Files.delete(denied);
    ScorePool.Summary rest = score(listing, 1);
    assertThat(rest.scored()).isEqualTo(4);
    assertThat(LocalSpark.lines(rest.table())).isEqualTo(localWithShortName());
  }

  @Test
  void score_imageListedTwice_isScoredOnce() {
    List<PoolImage> pool = listing(images.toString()).images();

    ScorePool.Summary summary =
        new ScorePool(LocalSpark.model(), LocalSpark.SETTINGS)
            .score(spark, List.of(pool.get(1), pool.get(0), pool.get(1)), scores());

    assertThat(summary.images()).isEqualTo(2);
    assertThat(LocalSpark.lines(summary.table()))
        .isEqualTo(
            List.of(
                LocalSpark.lines(Pool.ofFolder(images)).get(1),
                LocalSpark.lines(Pool.ofFolder(images)).get(0)));
  }

  @Test
  void score_otherSettings_areAnotherTable() {
    List<PoolImage> pool = listing(images.toString()).images();
    ScoresTable one = score(listing(images.toString())).table();

    ScoresTable other =
        new ScorePool(LocalSpark.model(), SparkSettings.of(java.util.Map.of("grid", "2x2")))
            .score(spark, pool, scores())
            .table();

    assertThat(other).isNotEqualTo(one);
    assertThat(LocalSpark.lines(one)).isEqualTo(LocalSpark.lines(Pool.ofFolder(images)));
  }

  @Test
  void score_otherPoolWithTheSameNames_isAnotherTable() throws IOException {
    ScoresTable one = score(listing(images.toString())).table();
    Path others = folder.resolve("others");
    LocalSpark.image(others.resolve("a.png"), 24, 9);

    ScorePool.Summary summary = score(listing(others.toString()));

    assertThat(summary.scored()).isEqualTo(1);
    assertThat(summary.table()).isNotEqualTo(one);
  }

  @Test
  void listing_missingFolderOrBucket_isNamed() {
    assertThatThrownBy(() -> listing("store://bucket" + folder.resolve("none")))
        .isInstanceOf(FlipsideException.class)
        .hasMessageEndingWith("none: no such folder or bucket");
    assertThatThrownBy(() -> listing("s3a://key:hidden@bucket/images"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("the address holds a password")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> listing("nowhere://bucket/images"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("No FileSystem for scheme");
  }

  /** The lines of the files; the name of a remote image in its error is its ID. */
  private List<String> localWithShortName() {
    return LocalSpark.lines(Pool.ofFolder(images)).stream()
        .map(line -> line.replace(images.resolve("z.png").toString(), "z.png"))
        .toList();
  }

  private List<String> lines(PoolListing listing) {
    return LocalSpark.lines(score(listing).table());
  }

  private ScorePool.Summary score(PoolListing listing) {
    return score(listing, 4);
  }

  private ScorePool.Summary score(PoolListing listing, int imagesPerJob) {
    return new ScorePool(LocalSpark.model(), LocalSpark.SETTINGS, 2, imagesPerJob, false)
        .score(spark, listing.images(), scores());
  }

  private PoolListing listing(String pool) {
    return PoolListing.of(pool, null, hadoop());
  }

  private String scores() {
    return folder.resolve("scores").toString();
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
