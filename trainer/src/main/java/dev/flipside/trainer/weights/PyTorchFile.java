package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.weights.StateDictPickle.TensorView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A state dict as {@code torch.save} writes it: a zip of one pickle and one entry for each storage.
 */
public final class PyTorchFile implements WeightsFile {
  private static final String PICKLE = "data.pkl";
  private static final long LARGEST_PICKLE = 100_000_000;

  private final Path path;
  private final ZipFile zip;
  private final String root;
  private final Map<StoredTensor, TensorView> tensors;

  private PyTorchFile(Path path, ZipFile zip, String root, Map<StoredTensor, TensorView> tensors) {
    this.path = path;
    this.zip = zip;
    this.root = root;
    this.tensors = tensors;
  }

  /**
   * Opens and checks a file; executes nothing.
   *
   * @throws FlipsideException if it is damaged, or its pickle names a global that does not rebuild
   *     a tensor
   */
  public static PyTorchFile open(Path path) {
    ZipFile zip = null;
    try {
      zip = new ZipFile(path.toFile());
      PyTorchFile file = parse(path, zip);
      zip = null;
      return file;
    } catch (IOException e) {
      throw new FlipsideException(
          path + ": not a PyTorch file that can be read (" + e.getMessage() + ")", e);
    } finally {
      closeQuietly(zip);
    }
  }

  private static void closeQuietly(@Nullable ZipFile zip) {
    try {
      if (zip != null) {
        zip.close();
      }
    } catch (IOException ignored) {
      // The failure that brought us here is the one to report.
    }
  }

  private static PyTorchFile parse(Path path, ZipFile zip) throws IOException {
    ZipEntry pickle =
        zip.stream()
            .filter(each -> each.getName().equals(PICKLE) || each.getName().endsWith("/" + PICKLE))
            .findFirst()
            .map(ZipEntry.class::cast)
            .orElseThrow(
                () ->
                    new FlipsideException(
                        path + ": a zip without " + PICKLE + ", expected what torch.save writes"));
    String root = pickle.getName().substring(0, pickle.getName().length() - PICKLE.length());
    ZipEntry order = zip.getEntry(root + "byteorder");
    if (order != null
        && !new String(read(path, zip, order, 16), StandardCharsets.UTF_8).equals("little")) {
      throw new FlipsideException(path + ": stored big-endian, expected little-endian");
    }
    Map<StoredTensor, TensorView> tensors = new LinkedHashMap<>();
    StateDictPickle.read(path.toString(), read(path, zip, pickle, LARGEST_PICKLE))
        .forEach(
            (name, view) -> {
              requireInside(path, zip, root, name, view);
              tensors.put(new StoredTensor(name, view.storage().type(), view.shape()), view);
            });
    return new PyTorchFile(path, zip, root, tensors);
  }

  /** Every element of a tensor lies inside of its storage, and the storage inside of the file. */
  private static void requireInside(
      Path path, ZipFile zip, String root, String name, TensorView view) {
    ZipEntry entry = zip.getEntry(root + "data/" + view.storage().key());
    if (entry == null) {
      throw new FlipsideException(
          path
              + ": tensor "
              + name
              + " lies in entry data/"
              + view.storage().key()
              + ", which is"
              + " missing");
    }
    try {
      long bytes = Math.multiplyExact(view.storage().elements(), view.storage().type().bytes());
      long last = view.offset();
      long elements = 1;
      for (int axis = 0; axis < view.shape().size(); axis++) {
        elements = Math.multiplyExact(elements, view.shape().get(axis));
        long steps = Math.max(0, view.shape().get(axis) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, view.strides().get(axis)));
      }
      if (entry.getSize() >= bytes
          && bytes <= Integer.MAX_VALUE - 8
          && view.offset() >= 0
          && (elements == 0 || last < view.storage().elements())
          && elements <= view.storage().elements()) {
        return;
      }
    } catch (ArithmeticException e) {
      // Falls through: a shape that overflows does not fit either.
    }
    throw new FlipsideException(
        path
            + ": tensor "
            + name
            + " of shape "
            + view.shape()
            + " does not fit its storage of "
            + view.storage().elements()
            + " elements in an entry of "
            + entry.getSize()
            + " bytes; fetch or write the file again");
  }

  private static byte[] read(Path path, ZipFile zip, ZipEntry entry, long limit)
      throws IOException {
    if (entry.getSize() < 0 || entry.getSize() > limit) {
      throw new FlipsideException(
          path
              + ": entry "
              + entry.getName()
              + " is of "
              + entry.getSize()
              + " bytes, expected at"
              + " most "
              + limit);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes((int) entry.getSize());
    }
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
    ZipEntry entry = zip.getEntry(root + "data/" + view.storage().key());
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(read(path, zip, entry, Integer.MAX_VALUE - 8))
              .order(ByteOrder.LITTLE_ENDIAN);
      int size = tensor.type().bytes();
      int elements = Math.toIntExact(tensor.elements());
      if (contiguous(view)) {
        int from = Math.toIntExact(view.offset()) * size;
        return tensor.type().readAll(bytes.position(from).limit(from + elements * size));
      }
      return gather(view, bytes, elements);
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
  }

  private static boolean contiguous(TensorView view) {
    long expected = 1;
    for (int axis = view.shape().size() - 1; axis >= 0; axis--) {
      long length = view.shape().get(axis);
      if (length != 1 && view.strides().get(axis) != expected) {
        return false;
      }
      expected *= length;
    }
    return true;
  }

  private static float[] gather(TensorView view, ByteBuffer bytes, int elements) {
    ElementType type = view.storage().type();
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      long at = view.offset();
      long rest = i;
      for (int axis = view.shape().size() - 1; axis >= 0; axis--) {
        at += rest % view.shape().get(axis) * view.strides().get(axis);
        rest /= view.shape().get(axis);
      }
      values[i] = type.read(bytes, Math.toIntExact(at) * type.bytes());
    }
    return values;
  }

  @Override
  public void close() {
    closeQuietly(zip);
  }
}
