package dev.flipside.api.annotation;

import dev.flipside.models.domain.Region;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The records that Jackson fills from Label Studio's JSON, registered for the native executable.
 */
@RegisterForReflection(
    targets = Region.class,
    classNames = {
      "dev.flipside.scorer.annotation.LabelStudioReader$Origin",
      "dev.flipside.scorer.annotation.LabelStudioReader$Data",
      "dev.flipside.scorer.annotation.LabelStudioReader$Task",
      "dev.flipside.scorer.annotation.LabelStudioReader$TaskAnnotation",
      "dev.flipside.scorer.annotation.LabelStudioReader$Result",
      "dev.flipside.scorer.annotation.LabelStudioReader$Value"
    })
final class AnnotationReflection {
  private AnnotationReflection() {}
}
