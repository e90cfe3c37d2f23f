package dev.flipside.trainer.weights;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.trainer.weights.TensorView.Storage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickle inside a PyTorch state dict, and only that: the opcodes that {@code torch.save}
 * writes, and of all globals the few that rebuild a tensor. It calls nothing; a tensor becomes a
 * description of where its data lie.
 */
final class StateDictPickle {
  private static final Object MARK = new Object();
  private static final Object NONE = new Object();

  /** Dictionaries inside of each other in which a checkpoint may keep its state dict. */
  private static final int DEEPEST = 3;

  private static final int MOST_OBJECTS = 10_000_000;

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "torch DoubleStorage", ElementType.FLOAT64,
          "torch FloatStorage", ElementType.FLOAT32,
          "torch HalfStorage", ElementType.FLOAT16,
          "torch BFloat16Storage", ElementType.BFLOAT16,
          "torch LongStorage", ElementType.INT64,
          "torch IntStorage", ElementType.INT32,
          "torch ShortStorage", ElementType.INT16,
          "torch CharStorage", ElementType.INT8,
          "torch ByteStorage", ElementType.UINT8,
          "torch BoolStorage", ElementType.BOOL);

  private final String source;
  private final ByteBuffer in;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int objects;

  private final Map<String, Storage> storages = new HashMap<>();

  StateDictPickle(String source, ByteBuffer pickle) {
    this.source = source;
    this.in = pickle.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The tensors of a pickled state dict by name, in its order. A checkpoint that holds the state
   * dict under {@code state_dict} or {@code model} is looked into.
   *
   * @param source what errors call it
   * @throws FlipsideException if the pickle asks for anything else than tensors, or is damaged
   */
  static Map<String, TensorView> read(String source, byte[] pickle) {
    StateDictPickle reader = new StateDictPickle(source, ByteBuffer.wrap(pickle));
    try {
      return reader.tensors(reader.load());
    } catch (BufferUnderflowException e) {
      throw reader.refused("it ends too early");
    }
  }

  /** Returns the storages that the objects loaded so far refer to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  /** Returns the tensors of a loaded object, by name. */
  Map<String, TensorView> tensors(Object root) {
    if (!(root instanceof Map<?, ?> top)) {
      throw refused("it holds no dictionary of tensors");
    }
    Map<?, ?> dict = top;
    for (int level = 0; level < DEEPEST; level++) {
      if (dict.get("state_dict") instanceof Map<?, ?> nested) {
        dict = nested;
      } else if (dict.get("model") instanceof Map<?, ?> nested) {
        dict = nested;
      }
    }
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    dict.forEach(
        (key, value) -> {
          if (key instanceof String name && value instanceof TensorView tensor) {
            tensors.put(name, tensor);
          }
        });
    return tensors;
  }

  /** One opcode after the other, to STOP. */
  Object load() {
    while (true) {
      int opcode = in.get() & 0xFF;
      switch (opcode) {
        case 0x80 -> requireProtocol(in.get() & 0xFF);
        case '.' -> {
          return pop();
        }
        case '(' -> push(MARK);
        case '0' -> pop();
        case '}' -> push(new LinkedHashMap<Object, Object>());
        case ']' -> push(new ArrayList<Object>());
        case ')' -> push(List.of());
        case 't' -> push(List.copyOf(popToMark()));
        case 0x85 -> push(popped(1));
        case 0x86 -> push(popped(2));
        case 0x87 -> push(popped(3));
        case 'N' -> push(NONE);
        case 0x88 -> push(true);
        case 0x89 -> push(false);
        case 'K' -> push((long) (in.get() & 0xFF));
        case 'M' -> push((long) (in.getShort() & 0xFFFF));
        case 'J' -> push((long) in.getInt());
        case 0x8a -> push(longOf(in.get() & 0xFF));
        case 'G' -> push(bigEndianDouble());
        case 'X' -> push(text(in.getInt()));
        case 0x8c -> push(text(in.get() & 0xFF));
        case 'U' -> push(text(in.get() & 0xFF));
        case 'q' -> memo.put(in.get() & 0xFF, peek());
        case 'r' -> memo.put(in.getInt(), peek());
        case 0x94 -> memo.put(memo.size(), peek());
        case 'h' -> push(recalled(in.get() & 0xFF));
        case 'j' -> push(recalled(in.getInt()));
        case 'c' -> push(global(line(), line()));
        case 'Q' -> push(storage(pop()));
        case 'R' -> reduce();
        case 'b' -> pop(); // a state of the object below: OrderedDict's _metadata, not needed
        case 's' -> setItems(popped(2));
        case 'u' -> setItems(popToMark());
        case 'a' -> append(popped(1));
        case 'e' -> append(popToMark());
        default ->
            throw refused(
                String.format(
                    "it has opcode 0x%02x at byte %d, which no state dict needs",
                    opcode, in.position() - 1));
      }
    }
  }

  private void requireProtocol(int version) {
    if (version < 2 || version > 4) {
      throw refused("it is written in pickle protocol " + version + ", expected 2 to 4");
    }
  }

  private Object global(String module, String name) {
    String full = module + " " + name;
    if (STORAGES.containsKey(full)) {
      return STORAGES.get(full);
    }
    return switch (full) {
      case "collections OrderedDict" -> Callable.ORDERED_DICT;
      case "torch._utils _rebuild_tensor_v2" -> Callable.TENSOR;
      case "torch._utils _rebuild_parameter" -> Callable.PARAMETER;
      default ->
          throw refused(
              "it names the Python global "
                  + module
                  + "."
                  + name
                  + ", which is not one that rebuilds a tensor; nothing was run. Save a plain state"
                  + " dict: torch.save(model.state_dict(), \"out.pth\"), or use safetensors");
    };
  }

  private void reduce() {
    Object arguments = pop();
    Object callable = pop();
    if (!(arguments instanceof List<?> list) || !(callable instanceof Callable known)) {
      throw refused("it calls something that is not a function");
    }
    push(
        switch (known) {
          case ORDERED_DICT -> orderedDict(list);
          case TENSOR -> tensor(list);
          case PARAMETER -> argument(list, 0, TensorView.class);
        });
  }

  private Map<Object, Object> orderedDict(List<?> arguments) {
    if (!arguments.isEmpty()) {
      throw refused("it makes an OrderedDict of arguments");
    }
    return new LinkedHashMap<>();
  }

  /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)}. */
  private TensorView tensor(List<?> arguments) {
    Storage storage = argument(arguments, 0, Storage.class);
    long offset = argument(arguments, 1, Long.class);
    List<Long> shape = longs(argument(arguments, 2, List.class));
    List<Long> strides = longs(argument(arguments, 3, List.class));
    if (shape.size() != strides.size()) {
      throw refused("a tensor of " + shape.size() + " axes has " + strides.size() + " strides");
    }
    return new TensorView(storage, offset, shape, strides);
  }

  /** {@code ("storage", type, key, location, elements)}. */
  private Storage storage(Object id) {
    if (!(id instanceof List<?> list) || list.size() < 5 || !"storage".equals(list.get(0))) {
      throw refused("it refers to something outside that is not a storage");
    }
    if (list.size() > 5 && list.get(5) != NONE) {
      throw refused("a storage is a view of another one, which only PyTorch before 0.4 wrote");
    }
    Storage storage =
        new Storage(
            argument(list, 2, String.class),
            argument(list, 1, ElementType.class),
            argument(list, 4, Long.class));
    storages.put(storage.key(), storage);
    return storage;
  }

  private void setItems(List<Object> items) {
    if (!(peek() instanceof Map<?, ?>) || items.size() % 2 != 0) {
      throw refused("it sets items of something that is not a dictionary");
    }
    @SuppressWarnings("unchecked") // every map on the stack was made here
    Map<Object, Object> dict = (Map<Object, Object>) peek();
    for (int i = 0; i < items.size(); i += 2) {
      dict.put(keyOf(items.get(i)), items.get(i + 1));
    }
  }

  /** Only values that hash by content in constant time are keys. */
  private Object keyOf(Object key) {
    if (key instanceof String || key instanceof Long) {
      return key;
    }
    throw refused("it has a dictionary key that is neither text nor a number");
  }

  private void append(List<Object> items) {
    if (!(peek() instanceof ArrayList<?>)) {
      throw refused("it appends to something that is not a list");
    }
    @SuppressWarnings("unchecked") // every array list on the stack was made here
    List<Object> list = (List<Object>) peek();
    list.addAll(items);
  }

  <T> T argument(List<?> arguments, int index, Class<T> type) {
    if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
      throw refused("argument " + index + " of a tensor is not a " + type.getSimpleName());
    }
    return type.cast(arguments.get(index));
  }

  private List<Long> longs(List<?> values) {
    List<Long> longs = new ArrayList<>();
    for (Object each : values) {
      if (!(each instanceof Long number) || number < 0) {
        throw refused("a shape or stride is not a list of sizes");
      }
      longs.add(number);
    }
    return longs;
  }

  private void push(Object value) {
    if (++objects > MOST_OBJECTS) {
      throw refused("it makes more than " + MOST_OBJECTS + " objects");
    }
    stack.push(value);
  }

  private Object pop() {
    @Nullable Object value = stack.poll();
    if (value == null) {
      throw refused("it takes from an empty stack");
    }
    return value;
  }

  private Object peek() {
    @Nullable Object value = stack.peek();
    if (value == null) {
      throw refused("it reads an empty stack");
    }
    return value;
  }

  private List<Object> popped(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<Object> popToMark() {
    Deque<Object> values = new ArrayDeque<>();
    for (Object value = pop(); value != MARK; value = pop()) {
      values.push(value);
    }
    return new ArrayList<>(values);
  }

  private Object recalled(int index) {
    @Nullable Object value = memo.get(index);
    if (value == null) {
      throw refused("it recalls object " + index + ", which it never memorised");
    }
    return value;
  }

  private long longOf(int bytes) {
    if (bytes > Long.BYTES) {
      throw refused("it has an integer of " + bytes + " bytes");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      long each = i == bytes - 1 ? in.get() : in.get() & 0xFF;
      value |= each << (8 * i);
    }
    return value;
  }

  private double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
  }

  private String text(int length) {
    if (length < 0 || length > in.remaining()) {
      throw refused("it has a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char each = (char) in.get(); each != '\n'; each = (char) in.get()) {
      line.append(each);
    }
    return line.toString();
  }

  FlipsideException refused(String why) {
    return new FlipsideException(source + ": not a state dict that can be read: " + why);
  }

  /** The globals that may be called. */
  private enum Callable {
    ORDERED_DICT,
    TENSOR,
    PARAMETER
  }
}
