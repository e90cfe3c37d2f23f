package dev.flipside.tools.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.image.LabelEncoding;
import dev.flipside.scorer.pipeline.Progress;
import dev.flipside.scorer.pool.PoolLayout;
import dev.flipside.tools.dataset.SplitCheck.Fault;
import dev.flipside.tools.dataset.SplitCheck.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  @TempDir Path root;

  private SampleData data = new SampleData(Path.of(""));

  @BeforeEach
  void begin() {
    data = new SampleData(root);
  }

  @Test
  void run_camvid_countsSizesAndPixels() throws IOException {
    data.image("train/a.png", 2, 3).label("trainannot/a.png", 2, 3, 0, 0, 3, 3, 3, 11);
    data.image("train/b.png", 1, 2).label("trainannot/b.png", 1, 2, 10, 11);
    data.image("val/c.png", 1, 1).label("valannot/c.png", 1, 1, 5);

    List<SplitCheck> splits = check(PoolLayout.CAMVID, ClassMap.CAMVID);

    assertThat(splits).extracting(SplitCheck::name).containsExactly("train", "val");
    SplitCheck train = splits.get(0);
    assertThat(train.images()).isEqualTo(2);
    assertThat(train.labels()).isEqualTo(2);
    assertThat(train.sizes()).containsOnlyKeys("1x2", "2x3").containsEntry("2x3", 1);
    assertThat(train.pixels()).containsExactly(2L, 0L, 0L, 3L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);
    assertThat(train.ignored()).isEqualTo(2);
    assertThat(train.faults()).isEmpty();
  }

  @Test
  void run_labelInFormatThatIsNotRead_isNoted() throws IOException {
    data.image("train/a.png", 1, 1).label("trainannot/a.png", 1, 1, 0);
    data.image("train/b.png", 1, 1);
    Files.writeString(root.resolve("trainannot/b.gif"), "GIF89a");

    SplitCheck train = check(PoolLayout.CAMVID, ClassMap.CAMVID).get(0);

    assertThat(train.notes()).anyMatch(each -> each.startsWith("labels: 1 file left out: 1 .gif"));
  }

  @Test
  void run_everyKindOfFault_namesEachFile() throws IOException {
    data.image("train/alone.png", 1, 1);
    data.label("trainannot/stray.png", 1, 1, 0);
    data.image("train/cut.png", 4, 4).label("trainannot/cut.png", 4, 4);
    data.cut("train/cut.png");
    data.image("train/nolabel.png", 4, 4).label("trainannot/nolabel.png", 4, 4);
    data.cut("trainannot/nolabel.png");
    data.image("train/size.png", 2, 2).label("trainannot/size.png", 1, 2, 0, 0);
    data.image("train/ids.png", 1, 3).label("trainannot/ids.png", 1, 3, 12, 0, 12);

    SplitCheck train = check(PoolLayout.CAMVID, ClassMap.CAMVID).get(0);

    assertThat(train.faults())
        .extracting(Fault::kind, Fault::file)
        .containsExactlyInAnyOrder(
            tuple(Kind.NO_LABEL, "train/alone.png"),
            tuple(Kind.NO_IMAGE, "trainannot/stray.png"),
            tuple(Kind.UNREADABLE, "train/cut.png"),
            tuple(Kind.UNREADABLE, "trainannot/nolabel.png"),
            tuple(Kind.OTHER_SIZE, "trainannot/size.png"),
            tuple(Kind.UNKNOWN_ID, "trainannot/ids.png"));
    assertThat(train.faults())
        .filteredOn(each -> each.kind() == Kind.UNKNOWN_ID)
        .extracting(Fault::detail)
        .containsExactly("id 12 in 2 px");
    assertThat(train.images()).isEqualTo(5);
    assertThat(train.labels()).isEqualTo(5);
  }

  @Test
  void run_cityscapes_mapsLabelIdsAndLetsOtherFilesLie() throws IOException {
    data.image("leftImg8bit/val/ulm/ulm_0_leftImg8bit.png", 1, 3);
    // 7 is road, 26 car, 4 static, which is not trained on.
    data.label("gtFine/val/ulm/ulm_0_gtFine_labelIds.png", 1, 3, 7, 26, 4);
    data.label("gtFine/val/ulm/ulm_0_gtFine_instanceIds.png", 1, 3, 1, 2, 3);
    data.label("gtFine/val/ulm/ulm_1_gtFine_labelIds.png", 1, 3, 7, 26, 4);

    assertThat(PoolLayout.of(root)).isEqualTo(PoolLayout.CITYSCAPES);
    SplitCheck val = check(PoolLayout.CITYSCAPES, ClassMap.CITYSCAPES).get(0);

    assertThat(val.pixels().get(0)).isEqualTo(1);
    assertThat(val.pixels().get(13)).isEqualTo(1);
    assertThat(val.ignored()).isEqualTo(1);
    assertThat(val.faults())
        .extracting(Fault::kind, Fault::file)
        .containsExactly(tuple(Kind.NO_IMAGE, "gtFine/val/ulm/ulm_1_gtFine_labelIds.png"));
  }

  @Test
  void run_plainFolders_areFoundEitherWayRound() throws IOException {
    data.image("images/train/a.png", 1, 1).label("labels/train/a.png", 1, 1, 7);

    assertThat(PoolLayout.of(root)).isEqualTo(PoolLayout.FOLDER);
    SplitCheck train = check(PoolLayout.FOLDER, ClassMap.unnamed(8)).get(0);

    assertThat(train.name()).isEqualTo("train");
    assertThat(train.pixels().get(7)).isEqualTo(1);
  }

  @Test
  void run_splitFoldersWithImagesInside_areFound() throws IOException {
    data.image("test/images/a.png", 1, 1).label("test/labels/a.png", 1, 1, 7);

    assertThat(check(PoolLayout.of(root), ClassMap.unnamed(8)))
        .extracting(SplitCheck::name)
        .containsExactly("test");
  }

  @Test
  void layoutOf_poolWithFolders_isPool() throws IOException {
    data.image("images/a.png", 1, 1).image("images/monday/b.png", 1, 1);
    data.label("labels/monday/b.png", 1, 1, 7);

    assertThat(PoolLayout.of(root)).isEqualTo(PoolLayout.POOL);
  }

  @Test
  void layoutOf_somethingElse_saysWhatIsExpected() throws IOException {
    Files.createDirectories(root.resolve("photos"));

    assertThatThrownBy(() -> PoolLayout.of(root))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContainingAll("trainannot/", "leftImg8bit/", "labels/");
    assertThatThrownBy(() -> PoolLayout.of(root.resolve("none")))
        .hasMessageContaining("no such folder");
  }

  @Test
  void run_labelFolderMissing_isRefused() throws IOException {
    data.image("images/train/a.png", 1, 1);

    assertThatThrownBy(() -> check(PoolLayout.FOLDER, ClassMap.unnamed(8)))
        .isInstanceOf(FlipsideException.class)
        .hasMessageContaining("no such folder");
  }

  @Test
  void run_noImage_isRefused() throws IOException {
    Files.createDirectories(root.resolve("train"));
    Files.createDirectories(root.resolve("trainannot"));

    assertThatThrownBy(() -> check(PoolLayout.CAMVID, ClassMap.CAMVID))
        .hasMessageContaining("no labelled image in layout camvid");
  }

  private List<SplitCheck> check(PoolLayout layout, ClassMap classes) {
    return new DatasetCheck(root, layout, LabelEncoding.of(classes)).run(Progress.NONE);
  }
}
