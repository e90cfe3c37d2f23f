package dev.flipside.api.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.SegmentationClass;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Class map of the labels.
 *
 * @param classes classes in id order
 * @param ignoreIndex id of void and unlabeled pixels
 * @param flipPermutation for each class the class that replaces it in a mirrored image, null if no
 *     class depends on the side
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ClassMap", description = "Class map of the labels.")
public record ClassMapView(
    List<ClassView> classes,
    @Schema(description = "ID of void or unlabeled pixels (ignore index).", examples = "11")
        int ignoreIndex,
    @Schema(
            description =
                "For each class, the ID of the class that replaces it in a mirrored image; absent"
                    + " if mirroring changes no class.",
            examples = "[1, 0]")
        @Nullable List<Integer> flipPermutation) {

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
        map.ignoreIndex(),
        map.swapsUnderFlip() ? map.flipPermutation() : null);
  }
}
