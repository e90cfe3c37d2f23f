package dev.flipside.tools.simulation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.domain.RegionGrid;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.LabelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulated annotator reveals of real label maps, and how diverse that is. */
class ClassEntropyVectorsTest {
  private int images;

  private Path folder = Path.of("");
  private JsonNode expected = new ObjectMapper().createObjectNode();

  @BeforeEach
  void read() throws IOException {
    // Cut from a data set that is not handed on, so they are not among the test resources.
    folder = Path.of(System.getProperty("flipside.vectors", ""), "e_class_entropy");
    assumeTrue(
        Files.isDirectory(folder),
        "skipped: needs the reference values e_class_entropy, give their folder as"
            + " -Dflipside.vectors");
    expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    while (Files.exists(file("label", images))) {
      images++;
    }
    assertThat(images).isPositive();
    assertThat(expected.get("void_id_in_png").asInt()).isEqualTo(ClassMap.CAMVID.ignoreIndex());
  }

  @Test
  void reveal_selectedRegions_masksAsTheReference() {
    LabelledRegions labelled = selected();
    ClassMap masked =
        new ClassMap(
            ClassMap.CAMVID.classes(),
            expected.get("ignore").asInt(),
            ClassMap.CAMVID.flipPermutation());

    for (int image = 0; image < images; image++) {
      byte[] reference = LabelReader.read(file("masked", image), masked, null).ids();
      byte[] visible = visible(labelled, image).ids();
      for (int at = 0; at < visible.length; at++) {
        // The reference marks what is not to be learnt from with 255, CamVid's class map with 11.
        int id =
            visible[at] == expected.get("void_id_in_png").asInt()
                ? expected.get("ignore").asInt()
                : visible[at];
        assertThat(id).as("image %d, pixel %d", image, at).isEqualTo(reference[at] & 0xFF);
      }
    }
  }

  @Test
  void entropy_selectedRegions_isTheReference() {
    LabelledRegions labelled = selected();
    ClassDistribution distribution = new ClassDistribution(ClassMap.CAMVID);

    for (int image = 0; image < images; image++) {
      distribution.add(visible(labelled, image));
    }

    assertThat(distribution.pixels()).containsExactly(counts("class_counts"));
    assertThat(distribution.entropy())
        .isCloseTo(expected.get("class_entropy_nats").asDouble(), within(1e-12));
  }

  @Test
  void entropy_wholeImages_isTheReference() {
    ClassDistribution distribution = new ClassDistribution(ClassMap.CAMVID);

    for (int image = 0; image < images; image++) {
      distribution.add(truth(image));
    }

    assertThat(distribution.pixels()).containsExactly(counts("all_four_images_counts"));
    assertThat(distribution.entropy())
        .isCloseTo(expected.get("all_four_images_entropy_nats").asDouble(), within(1e-12));
  }

  @Test
  void entropy_handComputedCounts_isTheReference() {
    for (JsonNode hand : expected.get("hand_cases")) {
      JsonNode counts = hand.get("counts");
      ClassDistribution distribution = new ClassDistribution(ClassMap.unnamed(counts.size()));
      for (int id = 0; id < counts.size(); id++) {
        for (int pixel = 0; pixel < counts.get(id).asInt(); pixel++) {
          distribution.add(new LabelMap(new ImageSize(1, 1), new byte[] {(byte) id}));
        }
      }
      assertThat(distribution.entropy())
          .as(hand.toString())
          .isCloseTo(hand.get("nats").asDouble(), within(1e-12));
    }
  }

  private LabelledRegions selected() {
    LabelledRegions labelled = new LabelledRegions();
    for (JsonNode id : expected.get("selected")) {
      labelled.addAll(
          List.of(new RegionId(id.get(0).asText(), id.get(1).asInt(), id.get(2).asInt())));
    }
    return labelled;
  }

  private LabelMap visible(LabelledRegions labelled, int image) {
    LabelMap truth = truth(image);
    RegionGrid grid =
        new RegionGrid(
            truth.size(), expected.get("region_h").asInt(), expected.get("region_w").asInt());
    return labelled.reveal(Integer.toString(image), truth, grid, ClassMap.CAMVID);
  }

  private LabelMap truth(int image) {
    return LabelReader.read(file("label", image), ClassMap.CAMVID, null);
  }

  private Path file(String kind, int image) {
    return folder.resolve(kind + image + ".png");
  }

  private long[] counts(String name) {
    long[] counts = new long[expected.get(name).size()];
    for (int id = 0; id < counts.length; id++) {
      counts[id] = expected.get(name).get(id).asLong();
    }
    return counts;
  }
}
