package dev.flipside.scorer.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void ofFolder_loopOfLinks_isNamedAndEachImageListedOnce() throws IOException {
    touch("a/one.png", "a/b/two.png");
    Files.createSymbolicLink(root.resolve("a/b/again"), Path.of("../../a"));

    Pool pool = Pool.ofFolder(root);

    assertThat(ids(pool)).containsExactly("a/b/two.png", "a/one.png");
    assertThat(pool.leftOut().links()).containsExactly("a/b/again");
    assertThat(pool.leftOut().notes())
        .singleElement()
        .asString()
        .startsWith("1 link left out: a/b/again");
  }

  @Test
  void ofFolder_linksToEachOtherAndToFiles_areListedOnceByThePathWithoutLinks() throws IOException {
    touch("x/one.png", "y/two.png", "0/three.png");
    Files.createSymbolicLink(root.resolve("x/y"), root.resolve("y"));
    Files.createSymbolicLink(root.resolve("y/x"), root.resolve("x"));
    Files.createSymbolicLink(root.resolve("0/first.png"), root.resolve("y/two.png"));

    Pool pool = Pool.ofFolder(root);

    assertThat(ids(pool)).containsExactly("0/three.png", "x/one.png", "y/two.png");
    assertThat(pool.leftOut().links()).contains("0/first.png");
  }

  @Test
  void ofFolder_linkToHiddenStore_isFollowed(@TempDir Path other) throws IOException {
    touch(".store/one.png");
    Files.createSymbolicLink(root.resolve("images"), root.resolve(".store"));
    Files.write(other.resolve("two.png"), new byte[0]);
    Files.createSymbolicLink(root.resolve("more"), other);
    Files.createSymbolicLink(root.resolve("twice"), other);

    Pool pool = Pool.ofFolder(root);

    assertThat(ids(pool)).hasSize(2).contains("images/one.png");
    assertThat(pool.leftOut().links()).hasSize(1);
  }

  @Test
  void ofFolder_formatsThatAreNotRead_areCounted() throws IOException {
    touch("a.png", "b.bmp", "c.HEIC", "d/e.heic", "f.gif", "notes.txt", "g.avif", "h.jp2");

    LeftOut leftOut = Pool.ofFolder(root).leftOut();

    assertThat(leftOut.notes())
        .containsExactly(
            "5 files left out: 2 .heic, 1 .avif, 1 .gif, 1 .jp2 (not a format that is read;"
                + " convert to PNG, JPEG, WebP, TIFF or BMP)");
    Path phone = Files.createDirectory(root.resolve("phone"));
    Files.write(phone.resolve("x.heic"), new byte[0]);
    assertThatThrownBy(() -> Pool.ofFolder(phone)).hasMessageContaining("1 file left out: 1 .heic");
  }

  @Test
  void ofFolder_nameWithReplacementCharacter_isRefusedAloud() throws IOException {
    touch("a.png", "b\uFFFD.png");

    assertThatThrownBy(() -> Pool.ofFolder(root))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("set LC_ALL=C.UTF-8");
  }

  @Test
  void ofFolder_backslashInName_isNoFolder() throws IOException {
    touch("a\\b.png", "a/b.png");

    assertThat(ids(Pool.ofFolder(root))).containsExactly("a/b.png", "a\\b.png");
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, '', '\n'",
    "UTF-8, '\uFEFF', '\r\n'",
    "UTF-16LE, '\uFEFF', '\r\n'",
    "UTF-16BE, '\uFEFF', '\n'",
    "UTF-8, '', '\r'"
  })
  void ofList_anyEditor_givesTheNames(String charset, String mark, String end) throws IOException {
    String text = mark + "one.png" + end + "\u65E5\u672C.png" + end;
    Path list = Files.write(root.resolve("list.txt"), text.getBytes(Charset.forName(charset)));

    assertThat(ids(Pool.ofList(root, list))).containsExactly("one.png", "\u65E5\u672C.png");
  }

  @Test
  void ofList_otherEncodings_areRefusedByName() throws IOException {
    Path list = root.resolve("list.txt");
    Files.write(list, "one.png\nM\u00FCnchen.png\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Pool.ofList(root, list))
        .isInstanceOf(FlipsideException.class)
        .hasMessage(list + " line 2: the text is not UTF-8; save it as UTF-8");
    Files.write(list, "one.png\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> Pool.ofList(root, list)).hasMessageContaining("zero bytes");
    Files.write(list, "\uFEFFone.png\n".getBytes(Charset.forName("UTF-32LE")));
    assertThatThrownBy(() -> Pool.ofList(root, list)).hasMessageContaining("UTF-32");
  }

  @Test
  void pair_twoLabelsOfOneImage_areRefused() throws IOException {
    touch("test/a.webp", "testannot/a.png", "testannot/a.tif");

    assertThatThrownBy(() -> PoolLayout.CAMVID.split(root, "test"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("two labels of one image");
  }

  @Test
  void pair_oneLabelLinkedForSeveralImages_belongsToEach() throws IOException {
    touch("test/a.webp", "test/b.webp", "testannot/a.png");
    Files.createSymbolicLink(root.resolve("testannot/b.png"), root.resolve("testannot/a.png"));

    assertThat(PoolLayout.CAMVID.split(root, "test")).hasSize(2);
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
  void pair_pool_tellsLabelledFromUnlabelled() throws IOException {
    touch("images/a.jpg", "images/a.png", "images/x/b.jpg", "labels/a.jpg.png", "labels/x/b.png");

    PoolLayout.Pairing found = PoolLayout.POOL.pair(root, PoolLayout.ALL);

    assertThat(found.labelled().stream().map(each -> each.label()))
        .containsExactly(root.resolve("labels/a.jpg.png"), root.resolve("labels/x/b.png"));
    assertThat(found.withoutLabel().stream().map(PoolImage::id)).containsExactly("images/a.png");
    assertThat(found.withoutImage()).isEmpty();
    assertThatThrownBy(() -> PoolLayout.POOL.pair(root, "val"))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("has no split \"val\", expected \"all\"");
  }

  @Test
  void pair_oneLabelOfTwoImages_isRefused() throws IOException {
    touch("images/a.jpg", "images/a.webp", "labels/a.png");

    assertThatThrownBy(() -> PoolLayout.POOL.pair(root, PoolLayout.ALL))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining(
            "a.png: the label of two images, images/a.jpg and images/a.webp, expected one")
        .hasMessageEndingWith("for example a.webp.png");
  }

  @Test
  void of_foldersOfImages_arePoolUnlessNamedAfterSplits() throws IOException {
    touch("images/a.jpg", "images/monday/b.jpg", "labels/monday/b.png");
    assertThat(PoolLayout.of(root)).isEqualTo(PoolLayout.POOL);

    touch("images/val/c.jpg", "labels/val/c.png");
    assertThat(PoolLayout.of(root)).isEqualTo(PoolLayout.FOLDER);
  }

  @Test
  void parse_unknown_listsLayouts() {
    assertThat(PoolLayout.parse("CamVid")).isEqualTo(PoolLayout.CAMVID);
    assertThatThrownBy(() -> PoolLayout.parse("voc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layout \"voc\": expected one of camvid, cityscapes, folder, pool");
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
