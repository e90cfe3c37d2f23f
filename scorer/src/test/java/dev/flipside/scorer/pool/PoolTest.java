package dev.flipside.scorer.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
  @TempDir Path root;

  @Test
  void ofFolder_nested_takesImagesByIdAscending() throws IOException {
    touch("b/2.png", "b/10.JPG", "a.webp", "c.tiff", "notes.txt", ".hidden.png", ".git/x.png");

    assertThat(ids(Pool.ofFolder(root))).containsExactly("a.webp", "b/10.JPG", "b/2.png", "c.tiff");
  }

  @Test
  void ofFolder_dataSets_leavesLabelFoldersOut() throws IOException {
    touch(
        "train/1.webp",
        "trainannot/1.png",
        "lonelyannot/1.png",
        "images/x.png",
        "labels/x.png",
        "leftImg8bit/train/y.png",
        "gtFine/train/y.png");

    assertThat(ids(Pool.ofFolder(root)))
        .containsExactly(
            "images/x.png", "leftImg8bit/train/y.png", "lonelyannot/1.png", "train/1.webp");
  }

  @Test
  void ofFolder_linkToNothing_isListedSoThatItIsReported() throws IOException {
    touch("a.png");
    Files.createSymbolicLink(root.resolve("b.png"), root.resolve("gone.png"));

    assertThat(ids(Pool.ofFolder(root))).containsExactly("a.png", "b.png");
  }

  @Test
  void ofFolder_missingEmptyOrFile_isNamed() throws IOException {
    touch("a.png");

    assertThatThrownBy(() -> Pool.ofFolder(root.resolve("none")))
        .isInstanceOf(FlipsideException.class)
        .hasMessage(root.resolve("none") + ": no such folder");
    assertThatThrownBy(() -> Pool.ofFolder(root.resolve("a.png")))
        .hasMessage(root.resolve("a.png") + ": a file, expected a folder of images");
    Path empty = Files.createDirectory(root.resolve("empty"));
    assertThatThrownBy(() -> Pool.ofFolder(empty)).hasMessageContaining(empty + ": no images");
  }

  @Test
  void ofLines_listOrderWithCommentsAndAbsolutePaths_isKept() {
    Pool pool =
        Pool.ofLines(
            root,
            new StringReader("z.png\n# comment\n\n  b/../a.png \n" + root.resolve("c.png") + "\n"),
            "standard input");

    assertThat(ids(pool)).containsExactly("z.png", "a.png", "c.png");
  }

  @Test
  void ofLines_pathOutsideOfRoot_namesTheLine() {
    assertThatThrownBy(() -> Pool.ofLines(root, new StringReader("a.png\n../b.png\n"), "list.txt"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("list.txt line 2: \"../b.png\" lies outside");
    assertThatThrownBy(() -> Pool.ofLines(root, new StringReader("\n"), "list.txt"))
        .hasMessageContaining("list.txt: names no image");
    assertThatThrownBy(() -> Pool.ofList(root, root.resolve("none.txt")))
        .hasMessage(root.resolve("none.txt") + ": no such list file");
  }

  @Test
  void split_camVid_matchesByStemWhateverTheExtension() throws IOException {
    touch("test/b.webp", "test/a.webp", "testannot/a.png", "testannot/b.png", "testannot/c.png");

    List<LabelledImage> images = PoolLayout.CAMVID.split(root, "test");

    assertThat(images.stream().map(each -> each.image().id()))
        .containsExactly("test/a.webp", "test/b.webp");
    assertThat(images.get(1).label()).isEqualTo(root.resolve("testannot/b.png"));
  }

  @Test
  void split_imageWithoutLabel_isNamed() throws IOException {
    touch("test/a.webp", "test/b.webp", "testannot/a.png");

    assertThatThrownBy(() -> PoolLayout.CAMVID.split(root, "test"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("1 image has no label in " + root.resolve("testannot"))
        .hasMessageContaining("test/b.webp");
  }

  @Test
  void split_cityscapes_prefersTrainIdsAndFallsBackToIds() throws IOException {
    touch(
        "leftImg8bit/val/bonn/bonn_1_leftImg8bit.png",
        "leftImg8bit/val/ulm/ulm_1_leftImg8bit.png",
        "gtFine/val/bonn/bonn_1_gtFine_labelIds.png",
        "gtFine/val/bonn/bonn_1_gtFine_labelTrainIds.png",
        "gtFine/val/bonn/bonn_1_gtFine_color.png",
        "gtFine/val/ulm/ulm_1_gtFine_labelIds.png");

    List<LabelledImage> images = PoolLayout.CITYSCAPES.split(root, "val");

    assertThat(images.stream().map(each -> String.valueOf(each.label().getFileName())))
        .containsExactly("bonn_1_gtFine_labelTrainIds.png", "ulm_1_gtFine_labelIds.png");
  }

  @Test
  void split_folder_takesEitherNesting() throws IOException {
    touch("train/images/a.jpg", "train/labels/a.png", "images/val/x/b.jpg", "labels/val/x/b.png");

    assertThat(PoolLayout.FOLDER.split(root, "train"))
        .singleElement()
        .satisfies(each -> assertThat(each.image().id()).isEqualTo("train/images/a.jpg"));
    assertThat(PoolLayout.FOLDER.split(root, "val"))
        .singleElement()
        .satisfies(each -> assertThat(each.label()).isEqualTo(root.resolve("labels/val/x/b.png")));
  }

  @Test
  void parse_unknown_listsLayouts() {
    assertThat(PoolLayout.parse("CamVid")).isEqualTo(PoolLayout.CAMVID);
    assertThatThrownBy(() -> PoolLayout.parse("voc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layout \"voc\": expected one of camvid, cityscapes, folder");
  }

  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = root.resolve(file);
      Files.createDirectories(java.util.Objects.requireNonNull(path.getParent()));
      Files.write(path, new byte[0]);
    }
  }

  private static List<String> ids(Pool pool) {
    return pool.images().stream().map(PoolImage::id).toList();
  }
}
