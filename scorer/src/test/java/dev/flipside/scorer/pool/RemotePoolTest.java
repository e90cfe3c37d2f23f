package dev.flipside.scorer.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemotePoolTest {
  private static final List<String> NAMES =
      List.of(
          "b/2.png",
          "b/10.JPG",
          "a.webp",
          "notes.txt",
          "photo.heic",
          ".hidden.png",
          ".git/x.png",
          "train/1.webp",
          "trainannot/1.png",
          "lonelyannot/1.png",
          "images/x.png",
          "labels/x.png",
          "deep/labels/y.png",
          "city/leftImg8bit/z.png",
          "city/gtFine/z.png");

  @TempDir Path folder;

  @Test
  void images_anyNames_areThoseOfAFolderWithTheseFiles() throws IOException {
    RemotePool pool = new RemotePool("s3a://bucket/pool");
    for (String name : NAMES) {
      pool.offer(name);
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }

    Pool local = Pool.ofFolder(folder);

    assertThat(pool.images().stream().map(PoolImage::id))
        .containsExactlyElementsOf(local.images().stream().map(PoolImage::id).toList())
        .contains("deep/labels/y.png", "lonelyannot/1.png");
    assertThat(pool.images().get(0).location()).hasToString("s3a://bucket/pool/a.webp");
    assertThat(pool.leftOut()).isEqualTo(local.leftOut());
  }

  @Test
  void images_none_isReported() {
    RemotePool pool = new RemotePool("s3a://bucket/pool/");
    pool.offer("photo.heic");

    assertThatThrownBy(pool::images)
        .isInstanceOf(FlipsideException.class)
        .hasMessageStartingWith("s3a://bucket/pool/: no images below this address")
        .hasMessageContaining("1 .heic");
  }

  @Test
  void ofList_namesAndAddresses_keepTheirOrder() throws IOException {
    assertThat(listed("z.png\n# comment\n\n s3a://bucket/pool/b/a.png \n"))
        .containsExactly(
            new PoolImage("z.png", ImageLocation.parse("s3a://bucket/pool/z.png")),
            new PoolImage("b/a.png", ImageLocation.parse("s3a://bucket/pool/b/a.png")));
  }

  @Test
  void ofList_outsideOfTheAddress_namesTheLine() {
    for (String line : List.of("s3a://other/a.png", "../a.png", "b/../../a.png", "/a.png")) {
      assertThatThrownBy(() -> listed("x.png\n" + line))
          .isInstanceOf(FlipsideException.class)
          .hasMessage(
              "list.txt line 2: \""
                  + line
                  + "\" does not lie below the pool's address s3a://bucket/pool/");
    }
    assertThatThrownBy(() -> listed("# nothing\n")).hasMessageContaining("names no image");
  }

  private static List<PoolImage> listed(String text) throws IOException {
    return RemotePool.ofList(
        "s3a://bucket/pool",
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        "list.txt");
  }
}
