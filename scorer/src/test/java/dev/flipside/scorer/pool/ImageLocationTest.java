package dev.flipside.scorer.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flipside.models.domain.FlipsideException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageLocationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket/a.png",
        "s3a://bucket/a b%20c.png",
        "gs://bucket/a.png",
        "abfss://container@account.dfs.core.windows.net/a.png",
        "hdfs://name:8020/a.png",
        "https://example.org/a.png?version=2"
      })
  void parse_address_keepsEveryCharacter(String address) {
    ImageLocation location = ImageLocation.parse(address);

    assertThat(location).isEqualTo(new ImageLocation.RemoteAddress(address)).hasToString(address);
  }

  @Test
  void parse_pathOrFileAddress_isAFile() {
    assertThat(ImageLocation.parse("images/a.png"))
        .isEqualTo(new ImageLocation.LocalFile(Path.of("images", "a.png")));
    assertThat(ImageLocation.parse("file:///images/a b.png"))
        .isEqualTo(new ImageLocation.LocalFile(Path.of("/images/a b.png")))
        .hasToString(Path.of("/images/a b.png").toString());
  }

  @Test
  void parse_passwordInAnAddress_isRefusedAndNotRepeated() {
    assertThatThrownBy(() -> ImageLocation.parse("s3a://key:hidden@bucket/a.png"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("s3a://…@bucket: the address holds a password")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void file_remoteImage_namesTheImage() {
    PoolImage image = new PoolImage("a.png", ImageLocation.parse("s3a://bucket/a.png"));

    assertThatThrownBy(image::file)
        .isInstanceOf(FlipsideException.class)
        .hasMessage(
            "a.png: lies at s3a://bucket/a.png, expected a file; copy the image to this machine");
  }
}
