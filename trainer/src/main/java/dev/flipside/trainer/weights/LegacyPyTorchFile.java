package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.weights.TensorView.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A state dict as {@code torch.save} wrote it before PyTorch 1.6: pickles one after the other, then
 * the storages, each with its number of elements before it. Many published weights are such files.
 */
public final class LegacyPyTorchFile implements WeightsFile {
  private static final long LARGEST_PICKLE = 100_000_000;

  private final Path path;
  private final FileChannel channel;
  private final Map<StoredTensor, TensorView> tensors;
  private final Map<String, Long> positions;

  private LegacyPyTorchFile(
      Path path,
      FileChannel channel,
      Map<StoredTensor, TensorView> tensors,
      Map<String, Long> positions) {
    this.path = path;
    this.channel = channel;
    this.tensors = tensors;
    this.positions = positions;
  }

  /**
   * Opens and checks a file; executes nothing.
   *
   * @throws FlipsideException if it is damaged, or its pickle names a global that does not rebuild
   *     a tensor
   */
  public static LegacyPyTorchFile open(Path path) {
    try {
      return FileParsing.parse(() -> FileChannel.open(path), channel -> parse(path, channel));
    } catch (IOException e) {
      throw new FlipsideException(
          path + ": not a PyTorch file that can be read (" + e.getMessage() + ")", e);
    }
  }

  private static LegacyPyTorchFile parse(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer head = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, LARGEST_PICKLE));
    LegacyPickles contents = LegacyPickles.read(path.toString(), head);
    Map<String, Long> positions = new HashMap<>();
    long at = contents.end();
    for (String key : contents.order()) {
      Storage storage = contents.storages().get(key);
      if (storage == null) {
        throw new FlipsideException(
            path + ": holds a storage " + key + " that no tensor names; fetch the file again");
      }
      long elements = read(path, channel, at, Long.BYTES).getLong(0);
      if (elements != storage.elements() || !fits(storage, size - at - Long.BYTES)) {
        throw new FlipsideException(
            path
                + ": storage "
                + key
                + " has "
                + elements
                + " elements, expected "
                + storage.elements()
                + " of "
                + (size - at - Long.BYTES)
                + " bytes at most; fetch the file again");
      }
      positions.put(key, at + Long.BYTES);
      at = Math.addExact(at + Long.BYTES, storage.bytes());
    }
    Map<StoredTensor, TensorView> tensors = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach(
            (name, view) -> {
              Long from = positions.get(view.storage().key());
              long available = from == null ? 0 : Math.max(0, size - from);
              view.requireInside(path, name, Math.min(available, view.storage().bytes()));
              tensors.put(new StoredTensor(name, view.storage().type(), view.shape()), view);
            });
    return new LegacyPyTorchFile(path, channel, tensors, positions);
  }

  private static boolean fits(Storage storage, long available) {
    return storage.elements() >= 0 && storage.elements() <= available / storage.type().bytes();
  }

  private static ByteBuffer read(Path path, FileChannel channel, long from, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new FlipsideException(
            path + ": ends after " + channel.size() + " bytes, too early; fetch the file again");
      }
    }
    return bytes.flip();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<StoredTensor> tensors() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public float[] read(StoredTensor tensor) {
    TensorView view = tensors.get(tensor);
    if (view == null) {
      throw new IllegalArgumentException(path + " has no tensor " + tensor);
    }
    Storage storage = view.storage();
    try {
      long from = positions.getOrDefault(storage.key(), 0L);
      return view.values(read(path, channel, from, Math.toIntExact(storage.bytes())));
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    FileParsing.closeQuietly(channel);
  }
}
