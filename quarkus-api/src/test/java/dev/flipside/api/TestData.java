package dev.flipside.api;

import dev.flipside.models.card.ModelCard;
import dev.flipside.models.card.Provenance;
import dev.flipside.models.card.TensorType;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.LabelMap;
import dev.flipside.models.onnx.OnnxGraph;
import dev.flipside.models.onnx.OnnxModelFile;
import dev.flipside.models.onnx.OnnxValue;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import dev.flipside.scorer.image.LabelReader;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A root folder with pools of seeded noise and a model of one 1x1 convolution, and a data folder,
 * both gone when the tests end.
 */
public class TestData implements QuarkusTestResourceLifecycleManager {
  /** On a field of a test: the folder that requests may name. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.FIELD)
  public @interface Root {}

  /** Size of every image. */
  public static final ImageSize SIZE = new ImageSize(40, 60);

  /** Images in {@code pool}. */
  public static final int IMAGES = 4;

  private static final int CLASSES = 3;
  private static final int SIDE = 512;
  private static final int PRODUCTS = 6000;

  @SuppressWarnings("NullAway.Init") // set by start()
  private Path folder;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("flipside-api-");
      Path root = Files.createDirectory(folder.resolve("root"));
      writePool(root.resolve("pool/street"), IMAGES);
      writePool(root.resolve("broken"), 2);
      Files.writeString(root.resolve("broken/torn.png"), "no image");
      Files.writeString(root.resolve("two.txt"), "street/0.png\nstreet/2.png\n");
      writePool(folder.resolve("elsewhere"), 1);
      Path links = Files.createDirectory(root.resolve("links"));
      Files.createSymbolicLink(links.resolve("out.png"), folder.resolve("elsewhere/0.png"));
      model(1).write(root.resolve("first.onnx"));
      model(2).write(root.resolve("second.onnx"));
      slowModel().write(root.resolve("slow.onnx"));
      trainedAt(new ImageSize(20, 30)).write(root.resolve("trained-small.onnx"));
      return Map.of(
          "flipside.roots",
          root.toString(),
          "flipside.data-dir",
          folder.resolve("data").toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(
        folder.resolve("root"), new TestInjector.AnnotatedAndMatchesType(Root.class, Path.class));
  }

  @Override
  public void stop() {
    try (var files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A folder of images of seeded noise. */
  public static void writePool(Path pool, int images) throws IOException {
    Files.createDirectories(pool);
    for (int index = 0; index < images; index++) {
      DecodedImage image = DecodedImage.black(SIZE);
      byte[] noise = new byte[image.rgb().limit()];
      new Random(index).nextBytes(noise);
      image.rgb().put(0, noise);
      ImageWriter.writeRgb(pool.resolve(index + ".png"), image);
    }
  }

  /** A model with seeded weights, its card inside. */
  public static OnnxModelFile model(long seed) {
    OnnxGraph graph = new OnnxGraph("pixelwise", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    float[] weights = new float[CLASSES * 3];
    Random random = new Random(seed);
    for (int at = 0; at < weights.length; at++) {
      weights[at] = (float) random.nextGaussian();
    }
    OnnxValue logits =
        graph.node("Conv", Map.of(), input, graph.initializer("w", weights, CLASSES, 3, 1, 1));
    return build(graph, logits, seed);
  }

  /** The model of seed 1, whose card tells at which size it was trained. */
  private static OnnxModelFile trainedAt(ImageSize size) {
    TreeMap<String, String> plan = new TreeMap<>(Map.of("size", size.toString()));
    Provenance provenance =
        new Provenance("test", "sha256:0", 1, plan, new TreeMap<>(), Instant.EPOCH);
    return model(1).withCard(ModelCard.trained(ClassMap.unnamed(CLASSES), provenance));
  }

  /** A legal model that takes long for an image: products of matrices that depend on it. */
  public static OnnxModelFile slowModel() {
    OnnxGraph graph = new OnnxGraph("slow", 17);
    OnnxValue input = graph.input("input", TensorType.FLOAT32, "N", 3, "H", "W");
    OnnxValue weights = graph.initializer("w", new float[CLASSES * 3], CLASSES, 3, 1, 1);
    OnnxValue logits = graph.node("Conv", Map.of(), input, weights);
    OnnxValue factor = graph.initializer("m", new float[SIDE * SIDE], SIDE, SIDE);
    OnnxValue mean = graph.node("ReduceMean", Map.of("keepdims", 0L), logits);
    OnnxValue product = graph.node("Add", Map.of(), factor, mean);
    for (int i = 0; i < PRODUCTS; i++) {
      product = graph.node("MatMul", Map.of(), product, factor);
    }
    OnnxValue end = graph.node("ReduceMean", Map.of("keepdims", 0L), product);
    return build(graph, graph.node("Add", Map.of(), logits, end), 0);
  }

  private static OnnxModelFile build(OnnxGraph graph, OnnxValue logits, long seed) {
    graph.output("output", logits, TensorType.FLOAT32, "N", CLASSES, "H", "W");
    Provenance provenance =
        new Provenance("test", "sha256:0", seed, new TreeMap<>(), new TreeMap<>(), Instant.EPOCH);
    return graph
        .build("test", "1")
        .withCard(ModelCard.trained(ClassMap.unnamed(CLASSES), provenance));
  }

  /** The class ids of a label PNG. */
  public static LabelMap decodeLabel(byte[] png) throws IOException {
    Path file = Files.createTempFile("label-", ".png");
    try {
      Files.write(file, png);
      return LabelReader.read(file, ClassMap.unnamed(CLASSES), null);
    } finally {
      Files.delete(file);
    }
  }

  /** A PNG of one class id everywhere. */
  public static byte[] label(int height, int width, int id) {
    byte[] ids = new byte[height * width];
    java.util.Arrays.fill(ids, (byte) id);
    return ImageWriter.encodePng(new LabelMap(new ImageSize(height, width), ids));
  }
}
