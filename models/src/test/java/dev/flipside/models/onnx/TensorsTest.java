package dev.flipside.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorsTest {
  @Test
  void floats_written_areReadBack() {
    TensorProto tensor = Tensors.floats("t", new float[] {1, -2.5f}, List.of(2L, 1L));

    assertThat(Tensors.floats(tensor)).containsExactly(1, -2.5f);
    assertThat(tensor.getDimsList()).containsExactly(2L, 1L);
    assertThat(tensor.getRawData().byteAt(3)).isEqualTo((byte) 0x3f); // 1 is 0x3f800000
  }

  @Test
  void floats_writtenOneByOne_areReadAsWell() {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData(3)
            .addFloatData(4)
            .build();

    assertThat(Tensors.floats(tensor)).containsExactly(3, 4);
    assertThat(Tensors.numbers(tensor, 2)).containsExactly(3, 4);
  }

  @Test
  void numbers_ofEveryKnownType_areRead() {
    List<Long> two = List.of(2L);
    byte[] flags = {1, 0};

    assertThat(Tensors.numbers(Tensors.floats("t", new float[] {1, 2}, two), 2))
        .containsExactly(1, 2);
    assertThat(Tensors.numbers(Tensors.ints("t", new int[] {-1, 2}, two), 2))
        .containsExactly(-1, 2);
    assertThat(Tensors.numbers(Tensors.longs("t", new long[] {-1, 2}, two), 2))
        .containsExactly(-1, 2);
    assertThat(
            Tensors.numbers(
                Tensors.of("t", TensorProto.DataType.BOOL_VALUE, ByteBuffer.wrap(flags), two), 2))
        .containsExactly(1, 0);
  }

  @Test
  void numbers_otherTypeOrCount_isNull() {
    TensorProto tensor = Tensors.longs("t", new long[] {1, 2}, List.of(2L));

    assertThat(Tensors.numbers(tensor, 3)).isNull();
    assertThat(Tensors.numbers(tensor.toBuilder().setDataType(2).build(), 2)).isNull();
  }

  @Test
  void onlyLong_singleElement_isFound() {
    assertThat(Tensors.onlyLong(Tensors.longs("t", new long[] {7}, List.of()))).hasValue(7);
    assertThat(Tensors.onlyLong(Tensors.longs("t", new long[] {7, 8}, List.of(2L)))).isEmpty();
    assertThat(Tensors.onlyLong(Tensors.floats("t", new float[] {7, 8}, List.of(2L)))).isEmpty();
  }

  @Test
  void floats_shapeOfOtherCount_isRefused() {
    assertThatThrownBy(() -> Tensors.floats("t", new float[3], List.of(2L, 2L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 elements, expected 4 for the shape");
  }
}
