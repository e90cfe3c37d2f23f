package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.weights.TensorView.Storage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the pickles at the beginning of a file of before PyTorch 1.6 say.
 *
 * @param tensors tensors by name, in the order of the state dict
 * @param storages all storages by key
 * @param order keys in the order of the data
 * @param end position of the data in the file
 */
record LegacyPickles(
    Map<String, TensorView> tensors, Map<String, Storage> storages, List<String> order, long end) {
  private static final long VERSION = 1001;

  /** The pickled magic number 0x1950a86a20f9469cfc6c. */
  private static final byte[] MAGIC = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  /**
   * Returns whether a file begins as {@code torch.save} wrote it before PyTorch 1.6.
   *
   * @param head first bytes of the file
   */
  static boolean beginWith(byte[] head) {
    return head.length >= MAGIC.length && Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length));
  }

  /**
   * Reads the pickles of a file before PyTorch 1.6: a magic number, a version, facts on the
   * machine, the state dict, and the order of the storages.
   *
   * @param file beginning of the file
   * @throws FlipsideException as {@link StateDictPickle#read(String, byte[])}
   */
  static LegacyPickles read(String source, ByteBuffer file) {
    file.position(MAGIC.length);
    StateDictPickle version = new StateDictPickle(source, file);
    try {
      if (!Long.valueOf(VERSION).equals(version.load())) {
        throw version.refused("it has an unknown version, expected " + VERSION);
      }
      Object facts = new StateDictPickle(source, file).load();
      if (!(facts instanceof Map<?, ?> known) || !Boolean.TRUE.equals(known.get("little_endian"))) {
        throw version.refused("it is stored big-endian, expected little-endian");
      }
      StateDictPickle state = new StateDictPickle(source, file);
      Map<String, TensorView> tensors = state.tensors(state.load());
      if (!(new StateDictPickle(source, file).load() instanceof List<?> keys)) {
        throw version.refused("it has no list of storages");
      }
      List<String> order = new ArrayList<>();
      for (Object key : keys) {
        order.add(state.argument(List.of(key), 0, String.class));
      }
      return new LegacyPickles(tensors, state.storages(), order, file.position());
    } catch (BufferUnderflowException e) {
      throw version.refused("it ends too early");
    }
  }
}
