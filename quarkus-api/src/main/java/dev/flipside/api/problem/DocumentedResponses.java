package dev.flipside.api.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Documents what all operations have in common: problem details as the default response, and files
 * in responses without another schema.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class DocumentedResponses implements OASFilter {
  private static final String PROBLEM = "#/components/schemas/Problem";

  @Override
  public Operation filterOperation(Operation operation) {
    if (operation.getTags() == null || operation.getTags().contains("MicroProfile Health")) {
      return operation;
    }
    for (APIResponse response : operation.getResponses().getAPIResponses().values()) {
      if (response.getContent() != null) {
        response.getContent().getMediaTypes().values().forEach(DocumentedResponses::complete);
      }
    }
    operation
        .getResponses()
        .addAPIResponse(
            "default",
            OASFactory.createAPIResponse()
                .description("The request was refused or failed.")
                .content(
                    OASFactory.createContent()
                        .addMediaType(
                            Problem.MEDIA_TYPE.toString(),
                            OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)))));
    return operation;
  }

  private static void complete(MediaType type) {
    if (type.getSchema() == null) {
      type.setSchema(
          OASFactory.createSchema().type(List.of(Schema.SchemaType.STRING)).format("binary"));
    }
  }
}
