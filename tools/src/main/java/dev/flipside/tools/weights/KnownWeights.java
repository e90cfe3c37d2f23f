package dev.flipside.tools.weights;

import dev.flipside.models.domain.FlipsideException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A published file of weights trained on ImageNet. The full SHA-256 of these files is not
 * published; their publishers put its first 8 hexadecimal digits into the name of the file.
 *
 * @param name name on the command line
 * @param network name of the backbone that it fits
 * @param about what it is
 * @param address where it is published
 */
public record KnownWeights(String name, String network, String about, URI address) {
  private static final String TORCHVISION = "https://download.pytorch.org/models/";
  private static final String TIMM =
      "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/";
  private static final int DIGITS = 8;

  /** Files that are known, by backbone. */
  public static final List<KnownWeights> ALL =
      List.of(
          torchvision("resnet18", "resnet18", "V1", "resnet18-f37072fd.pth"),
          torchvision("resnet34", "resnet34", "V1", "resnet34-b627a593.pth"),
          torchvision("resnet50-v1", "resnet50", "V1", "resnet50-0676ba61.pth"),
          torchvision("resnet50-v2", "resnet50", "V2", "resnet50-11ad3fa6.pth"),
          torchvision("resnet101-v1", "resnet101", "V1", "resnet101-63fe2227.pth"),
          torchvision("resnet101-v2", "resnet101", "V2", "resnet101-cd907fc2.pth"),
          torchvision("mobilenet_v2-v1", "mobilenet_v2", "V1", "mobilenet_v2-b0353104.pth"),
          torchvision("mobilenet_v2-v2", "mobilenet_v2", "V2", "mobilenet_v2-7ebf99e0.pth"),
          timm("efficientnet_lite0", "tf_efficientnet_lite0-0aa007d2.pth"),
          timm("efficientnet_lite1", "tf_efficientnet_lite1-bde8b488.pth"),
          timm("efficientnet_lite2", "tf_efficientnet_lite2-dcccb7df.pth"));

  /** The weights that were trained with the epsilon of batch normalization used here, 1e-3. */
  private static KnownWeights timm(String network, String file) {
    return new KnownWeights(network, network, "timm, tf_in1k", URI.create(TIMM + file));
  }

  private static KnownWeights torchvision(
      String name, String network, String version, String file) {
    return new KnownWeights(
        name, network, "torchvision, IMAGENET1K_" + version, URI.create(TORCHVISION + file));
  }

  /** Returns the weights of a name, if there are any. */
  public static Optional<KnownWeights> find(String name) {
    return ALL.stream().filter(each -> each.name.equals(name)).findFirst();
  }

  /**
   * Returns the weights of a name.
   *
   * @throws FlipsideException if there are none; lists the names
   */
  public static KnownWeights parse(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new FlipsideException(
                    "weights \""
                        + name
                        + "\": expected one of "
                        + ALL.stream().map(KnownWeights::name).collect(Collectors.joining(", "))));
  }

  /** Returns the name of the file. */
  public String fileName() {
    String path = address.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the first digits of the file's SHA-256 in hexadecimal. */
  String digestPrefix() {
    String file = fileName();
    int end = file.lastIndexOf('.');
    return file.substring(end - DIGITS, end);
  }

  /**
   * Returns the same weights from another folder.
   *
   * @param folder URL of a folder with a file of the same name
   */
  public KnownWeights from(URI folder) {
    String base = folder.toString().endsWith("/") ? folder.toString() : folder + "/";
    return new KnownWeights(name, network, about, URI.create(base + fileName()));
  }
}
