package dev.flipside.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flipside.api.Operations.Operation;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API document says holds for the service that serves it. */
@QuarkusTest
@QuarkusTestResource(TestData.class)
class ContractTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> BODIES =
      List.of(
          "{}",
          "[]",
          "null",
          "0",
          "\"x\"",
          "{",
          "{\"id\":{}}",
          "{\"k\":\"many\"}",
          "{\"k\":-1}",
          "{\"k\":1e99}",
          "{\"name\":null,\"pool\":[],\"grid\":1}",
          "{\"leaseSeconds\":-5}",
          "{\"\u0000\":\"\uD800\"}");

  private JsonNode document = JSON.createObjectNode();

  @BeforeEach
  void read() throws IOException {
    document =
        JSON.readTree(
            given().get("/q/openapi?format=json").then().statusCode(200).extract().asByteArray());
  }

  private List<Operation> operations() {
    return Operations.of(document);
  }

  private static Response send(RequestSpecification request, Operation operation) {
    return request.request(operation.method(), operation.anyPath());
  }

  @Test
  void operations_all_areServedAndDescribed() {
    List<Operation> operations = operations();
    assertThat(operations).hasSizeGreaterThan(25);
    for (Operation each : operations) {
      assertThat(each.body().path("summary").asText()).as("%s: summary", each).isNotBlank();
      assertThat(each.body().at("/responses/default/content/application~1problem+json").isObject())
          .as("%s: problem details", each)
          .isTrue();
      Response answer = send(given().contentType("application/json").body("{}"), each);
      assertThat(answer.statusCode()).as("%s: %s", each, answer.asString()).isNotIn(405, 500, 501);
      assertThat(answer.asString()).as("%s", each).doesNotContain("there is nothing at this path");
    }
  }

  @Test
  void operations_all_documentTheirSuccess() {
    for (Operation each : operations()) {
      JsonNode responses = each.body().path("responses");
      boolean documented = responses.has("204");
      for (String status : List.of("200", "201", "202")) {
        for (JsonNode type : responses.at("/" + status + "/content")) {
          assertThat(type.path("schema").isObject()).as("%s: %s", each, responses).isTrue();
          documented = true;
        }
      }
      assertThat(documented).as("%s: %s", each, responses).isTrue();
    }
  }

  @Test
  void operations_hostileBodies_neverFail() {
    for (Operation each : operations()) {
      if (!each.body().at("/requestBody/content/application~1json").isObject()) {
        continue;
      }
      for (String body : BODIES) {
        Response answer = send(given().contentType("application/json").body(body), each);
        assertThat(answer.statusCode())
            .as("%s %s: %s", each, body, answer.asString())
            .isLessThan(500);
        if (answer.statusCode() >= 400) {
          assertThat(answer.contentType())
              .as("%s %s", each, body)
              .isEqualTo("application/problem+json");
        }
      }
    }
  }

  @Test
  void schemas_everyMemberOfARequest_hasAnExampleOrDescription() {
    for (String name : List.of("CampaignRequest", "SelectionRequest", "ScoringRequest")) {
      for (Map.Entry<String, JsonNode> member : schema(name).get("properties").properties()) {
        assertThat(member.getValue().has("examples") || member.getValue().has("description"))
            .as("%s.%s", name, member.getKey())
            .isTrue();
      }
    }
  }

  @Test
  void answers_ofACampaign_areAsTheSchemasSay() throws IOException {
    Response campaign =
        given()
            .contentType("application/json")
            .body(
                "{\"name\":\"contract\",\"pool\":\"pool\",\"grid\":\"2x3\",\"model\":\"first.onnx\"}")
            .post("/api/campaigns");
    String path = "/api/campaigns/" + campaign.path("id");
    requireSchema(campaign, "Campaign");
    requireSchema(
        given().contentType("application/json").body("{\"k\":2}").post(path + "/selections"),
        "Selection");
    requireSchema(given().get(path + "/progress"), "Progress");
    requireSchema(given().get("/api/campaigns"), "CampaignList");
    requireSchema(given().get("/api/jobs"), "JobList");
    requireSchema(given().get("/api/models"), "ModelList");
    requireSchema(given().get("/api/campaigns/none"), "Problem");
    requireSchema(
        given()
            .contentType("application/json")
            .body("{}")
            .post("/activelearning/flip-entropy?campaign=" + campaign.path("id")),
        "Sample");
    requireSchema(given().get("/info?campaign=" + campaign.path("id")), "ServiceInfo");
  }

  private JsonNode schema(String name) {
    JsonNode schema = document.at("/components/schemas/" + name);
    assertThat(schema.isObject()).as("schema %s", name).isTrue();
    return schema;
  }

  private void requireSchema(Response answer, String schema) throws IOException {
    require(JSON.readTree(answer.asByteArray()), schema(schema), schema);
  }

  /** Every member is in the schema, and of the type that it says. */
  private void require(JsonNode value, JsonNode given, String where) {
    JsonNode schema = resolved(given);
    Set<String> types = types(schema);
    if (!types.isEmpty()) {
      assertThat(types).as("type of %s, which is %s", where, value).contains(type(value, types));
    }
    if (value.isObject() && schema.has("properties")) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        JsonNode expected = schema.get("properties").get(member.getKey());
        assertThat(expected).as("%s.%s is in the document", where, member.getKey()).isNotNull();
        require(member.getValue(), expected, where + "." + member.getKey());
      }
    }
    if (value.isArray() && schema.has("items")) {
      for (JsonNode item : value) {
        require(item, schema.get("items"), where + "[]");
      }
    }
  }

  private JsonNode resolved(JsonNode schema) {
    if (schema.has("$ref")) {
      return document.at(schema.get("$ref").asText().substring(1));
    }
    // A member that may be missing: the other alternative is null.
    for (JsonNode alternative : schema.path("anyOf")) {
      if (alternative.has("$ref")) {
        return document.at(alternative.get("$ref").asText().substring(1));
      }
    }
    return schema;
  }

  private static Set<String> types(JsonNode schema) {
    JsonNode type = schema.path("type");
    Set<String> types = new java.util.HashSet<>();
    if (type.isTextual()) {
      types.add(type.asText());
    }
    type.forEach(each -> types.add(each.asText()));
    return types;
  }

  private static String type(JsonNode value, Set<String> expected) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      default -> value.isIntegralNumber() && !expected.contains("number") ? "integer" : "number";
    };
  }
}
