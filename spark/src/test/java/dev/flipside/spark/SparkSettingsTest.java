package dev.flipside.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.scorer.acquisition.Acquisition;
import dev.flipside.scorer.image.ImageSource;
import dev.flipside.scorer.inference.ExecutionProvider;
import dev.flipside.scorer.inference.GpuSelection;
import dev.flipside.scorer.pipeline.ScoringOptions;
import dev.flipside.scorer.pipeline.Tiling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkSettingsTest {
  @Test
  void options_gridAlone_areTheDefaults() {
    ScoringOptions options =
        SparkSettings.of(Map.of("grid", "5x4")).options(ImageSource.FILES, 3, null);

    assertThat(options.grid()).isEqualTo(new GridSpec.Counts(5, 4));
    assertThat(options.acquisition()).isEqualTo(Acquisition.FLIP_ENTROPY);
    assertThat(options.resize()).isNull();
    assertThat(options.tiling()).isNull();
    assertThat(options.batch()).isEqualTo(1);
    assertThat(options.session().threads()).isEqualTo(3);
    assertThat(options.session().provider()).isEqualTo(ExecutionProvider.AUTO);
  }

  @Test
  void options_everySetting_isRead() {
    ScoringOptions options =
        SparkSettings.of(
                Map.ofEntries(
                    Map.entry("region", "8x9"),
                    Map.entry("acquisition", "bald"),
                    Map.entry("passes", "4"),
                    Map.entry("seed", "5"),
                    Map.entry("size", "64x80"),
                    Map.entry("tile", "32x40"),
                    Map.entry("overlap", "6"),
                    Map.entry("class-weights", "1,0.5"),
                    Map.entry("batch", "7"),
                    Map.entry("decode-threads", "3"),
                    Map.entry("threads", "2"),
                    Map.entry("provider", "cuda")))
            .options(ImageSource.FILES, 1, "3");

    assertThat(options.grid()).isEqualTo(new GridSpec.RegionSize(8, 9));
    assertThat(options.acquisition()).isEqualTo(Acquisition.parse("bald", 4, 5));
    assertThat(options.resize()).isEqualTo(new ImageSize(64, 80));
    assertThat(options.tiling()).isEqualTo(new Tiling(new ImageSize(32, 40), 6));
    assertThat(options.classWeights()).isEqualTo(List.of(1f, 0.5f));
    assertThat(options.batch()).isEqualTo(7);
    assertThat(options.decodeThreads()).isEqualTo(3);
    assertThat(options.session().threads()).isEqualTo(2);
    assertThat(options.session().gpus()).isEqualTo(GpuSelection.parse("3"));
  }

  @Test
  void options_gpuOfTheTask_isUsedUnlessADeviceIsGiven() {
    SparkSettings settings = SparkSettings.of(Map.of("grid", "2x2"));

    assertThat(settings.options(ImageSource.FILES, 1, "1").session().provider())
        .isEqualTo(ExecutionProvider.CUDA);
    assertThat(
            SparkSettings.of(Map.of("grid", "2x2", "device", "cpu"))
                .options(ImageSource.FILES, 1, "1")
                .session()
                .provider())
        .isEqualTo(ExecutionProvider.CPU);
  }

  @ParameterizedTest
  @CsvSource({
    "batch, many, batch \"many\": expected an integer",
    "batch, 5000000000, batch 5000000000: too large",
    "batch, 0, batches of 1 to 4096",
    "size, 12, size",
    "provider, gpu, expected auto",
    "overlap, 3, needs the setting tile",
    "colour, red, settings [colour]: expected some of",
    "region, 3x3, exactly one of the settings grid and region",
    "class-weights, heavy, expected numbers"
  })
  void of_wrongValue_isNamed(String name, String value, String message) {
    TreeMap<String, String> values = new TreeMap<>(Map.of("grid", "2x2"));
    values.put(name, value);

    assertThatThrownBy(() -> new SparkSettings(values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
