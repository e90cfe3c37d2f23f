package dev.flipside.api.campaign;

import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.SegmentationClass;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Class map of the labels.
 *
 * @param classes classes in id order
 * @param ignoreIndex id of void and unlabeled pixels
 */
@Schema(name = "ClassMap", description = "Class map of the labels.")
public record ClassMapView(
    List<ClassView> classes,
    @Schema(description = "ID of void or unlabeled pixels (ignore index).", examples = "11")
        int ignoreIndex) {

  /**
   * A class.
   *
   * @param id id in label maps
   * @param name display name
   * @param color {@code #rrggbb}
   */
  @Schema(name = "Class")
  public record ClassView(
      @Schema(examples = "8") int id,
      @Schema(examples = "Car") String name,
      @Schema(examples = "#400080") String color) {}

  static ClassMapView of(ClassMap map) {
    List<SegmentationClass> classes = map.classes();
    return new ClassMapView(
        IntStream.range(0, classes.size())
            .mapToObj(id -> new ClassView(id, classes.get(id).name(), classes.get(id).hexColor()))
            .toList(),
        map.ignoreIndex());
  }
}
