package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A file of named tensors. Opened by its content, whatever its name; closed by whoever opened it.
 */
public sealed interface WeightsFile extends AutoCloseable
    permits SafetensorsFile, PyTorchFile, LegacyPyTorchFile, OnnxWeights {
  /**
   * Opens a {@code .safetensors} file, a PyTorch state dict (of any version of {@code torch.save})
   * or an ONNX model, whose initializers are the tensors. Nothing in the file is executed.
   *
   * @throws FlipsideException if it is none of them, damaged, or asks for what a file of tensors
   *     has no need of
   */
  static WeightsFile open(Path file) {
    byte[] head = head(file);
    if (head.length > 8 && head[8] == '{') {
      return SafetensorsFile.open(file);
    }
    if (startsWith(head, 'P', 'K')) {
      return PyTorchFile.open(file);
    }
    if (LegacyPickles.beginWith(head)) {
      return LegacyPyTorchFile.open(file);
    }
    if (startsWith(head, 0x80, 0x02)) {
      throw new FlipsideException(
          file
              + ": a bare pickle, expected a state dict that torch.save wrote. In Python:"
              + " torch.save(model.state_dict(), \"out.pth\")");
    }
    if (file.toString().endsWith(".safetensors")) {
      return SafetensorsFile.open(file);
    }
    return OnnxWeights.open(file);
  }

  /** The file. */
  Path path();

  /** Its tensors, in the order of the file. */
  List<StoredTensor> tensors();

  /**
   * The values of a tensor as float32, row-major.
   *
   * @param tensor one of {@link #tensors()}
   * @throws FlipsideException if the file cannot be read
   */
  float[] read(StoredTensor tensor);

  @Override
  void close();

  private static byte[] head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(16);
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read as a weights file (" + e + ")", e);
    }
  }

  private static boolean startsWith(byte[] head, int first, int second) {
    byte[] magic = {(byte) first, (byte) second};
    return head.length >= 2 && Arrays.equals(head, 0, 2, magic, 0, 2);
  }
}
