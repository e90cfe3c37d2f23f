package dev.flipside.models.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.flipside.models.onnx.Tensors;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InputPatchesTest {
  private static final TensorProto KERNEL =
      Tensors.floats("w", new float[2 * 3 * 2], List.of(1L, 2L, 3L, 2L));

  @Test
  void add_paddedStridedDilated_seesWhatTheKernelSees() {
    KernelGeometry geometry =
        KernelGeometry.of(
                conv(
                    integers("strides", 2, 1),
                    integers("dilations", 2, 3),
                    integers("pads", 1, 2, 3, 0)),
                KERNEL)
            .orElseThrow();
    int height = 7;
    int width = 6;
    FloatBuffer image = FloatBuffer.allocate(2 * height * width);
    for (int i = 0; i < image.capacity(); i++) {
      image.put(i, 1 + i);
    }
    Set<List<Float>> possible = new HashSet<>();
    // Rows: 7 + 1 + 3 padded, 5 covered, so outputs at 0, 2, 4, 6; columns: 6 + 2 and 4, so 0 to 4.
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 5; column++) {
        Float[] patch = new Float[12];
        int at = 0;
        for (int channel = 0; channel < 2; channel++) {
          for (int tapY = 0; tapY < 3; tapY++) {
            for (int tapX = 0; tapX < 2; tapX++) {
              int y = 2 * row + 2 * tapY - 1;
              int x = column + 3 * tapX - 2;
              boolean inside = y >= 0 && y < height && x >= 0 && x < width;
              patch[at++] = inside ? 1f + (channel * height + y) * width + x : 0f;
            }
          }
        }
        possible.add(List.of(patch));
      }
    }

    Set<List<Float>> seen = new HashSet<>();
    Random random = new Random(0);
    for (int draw = 0; draw < 300; draw++) {
      // The second image is empty, so half the difference of the two is what was seen.
      InputPatches patches = new InputPatches(geometry, 2, 2, 2, random);
      patches.add(height, width, image);
      patches.add(height, width, FloatBuffer.allocate(2 * height * width));
      float[][] centred = patches.centred();
      assertThat(centred).hasDimensions(12, 2);
      Float[] patch = new Float[12];
      for (int i = 0; i < 12; i++) {
        assertThat(centred[i][0]).isCloseTo(-centred[i][1], within(1e-5f));
        patch[i] = centred[i][0] - centred[i][1];
      }
      seen.add(List.of(patch));
    }
    assertThat(seen).isEqualTo(possible);
  }

  @Test
  void add_imageSmallerThanTheKernel_isPassedOver() {
    KernelGeometry geometry = KernelGeometry.of(conv(), KERNEL).orElseThrow();
    InputPatches patches = new InputPatches(geometry, 2, 4, 1, new Random(0));

    patches.add(2, 2, FloatBuffer.allocate(8));

    assertThat(patches.centred()).hasDimensions(12, 0);
  }

  @Test
  void geometry_paddingLeftToTheRuntime_isNotKnown() {
    AttributeProto same =
        AttributeProto.newBuilder()
            .setName("auto_pad")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("SAME_UPPER"))
            .build();

    assertThat(KernelGeometry.of(conv(same), KERNEL)).isEmpty();
    assertThat(KernelGeometry.of(conv(), Tensors.floats("w", new float[3], List.of(1L, 1L, 3L))))
        .isEmpty();
  }

  private static NodeProto conv(AttributeProto... attributes) {
    return NodeProto.newBuilder().setOpType("Conv").addAllAttribute(List.of(attributes)).build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }
}
