package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
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

/**
 * A state dict as {@code torch.save} writes it since PyTorch 1.6: a zip of one pickle and one entry
 * for each storage.
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
    try {
      return FileParsing.parse(() -> new ZipFile(path.toFile()), zip -> parse(path, zip));
    } catch (IOException e) {
      throw new FlipsideException(
          path + ": not a PyTorch file that can be read (" + e.getMessage() + ")", e);
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
    view.requireInside(path, name, entry.getSize());
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
      return view.values(bytes);
    } catch (IOException e) {
      throw new FlipsideException(path + ": cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    FileParsing.closeQuietly(zip);
  }
}
