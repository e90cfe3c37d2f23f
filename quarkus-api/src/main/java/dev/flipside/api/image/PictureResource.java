package dev.flipside.api.image;

import dev.flipside.api.access.Roles;
import dev.flipside.api.campaign.CampaignLookup;
import dev.flipside.api.campaign.RegionPathSegment;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.models.domain.RegionId;
import dev.flipside.scorer.image.DecodedImage;
import dev.flipside.scorer.image.ImageWriter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** REST resource for images of the pool, regions and model outputs. */
@Path("/api/campaigns/{id}")
@Tag(
    name = "Pictures",
    description = "Images and regions, with uncertainty and predictions of the model.")
public class PictureResource {
  private static final String PNG = "image/png";
  private static final String WEBP = "image/webp";
  private static final String DRAWN = "PNG, or lossless WebP where Accept prefers it.";

  /** Types of rendered images, default first. */
  private static final List<Variant> TYPES =
      Variant.mediaTypes(MediaType.valueOf(PNG), MediaType.valueOf(WEBP)).build();

  private static final int CACHE_SECONDS = 300;

  /** Longer side of a thumbnail in px. */
  private static final int THUMBNAIL = 320;

  /** Bytes per pixel of a drawn image and of its file. */
  private static final long ENCODED = 6;

  /** The same with the maps of a model: float values twice, class ids twice. */
  private static final long MAPPED = ENCODED + 10;

  private final CampaignLookup campaigns;
  private final PoolPictures pool;
  private final ModelPictures model;

  @Inject
  PictureResource(CampaignLookup campaigns, PoolPictures pool, ModelPictures model) {
    this.campaigns = campaigns;
    this.pool = pool;
    this.model = model;
  }

  /** Returns an image. */
  @GET
  @Path("images/{iid}")
  @Produces({PNG, "image/jpeg", WEBP})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show an image",
      description = "The original file; TIFF is converted to PNG.")
  public Response image(String id, String iid, @Context Request request) throws IOException {
    java.nio.file.Path file = pool.file(campaigns.get(id), RegionPathSegment.parseImage(iid));
    String type = type(file);
    return type == null
        ? answer(
            request,
            PoolPictures.version(file),
            PNG,
            () -> pool.decoded(file, ENCODED, ImageWriter::encodePng))
        : answer(request, PoolPictures.version(file), type, file::toFile);
  }

  /** Returns a thumbnail of an image. */
  @GET
  @Path("images/{iid}/thumbnail")
  @Produces({PNG, WEBP})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show a thumbnail of an image",
      description = "At most " + THUMBNAIL + " px on the longer side. " + DRAWN)
  public Response thumbnail(String id, String iid, @Context Request request) {
    java.nio.file.Path file = pool.file(campaigns.get(id), RegionPathSegment.parseImage(iid));
    return encoded(request, file, "thumbnail", encoder -> pool.reduced(file, THUMBNAIL, encoder));
  }

  /** Returns a region. */
  @GET
  @Path("regions/{rid}/image")
  @Produces({PNG, WEBP})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(summary = "Show a region", description = DRAWN)
  public Response crop(String id, String rid, @Context Request request) {
    Campaign campaign = campaigns.get(id);
    RegionId region = RegionPathSegment.parse(rid);
    java.nio.file.Path file = pool.file(campaign, region);
    return drawn(
        request,
        file,
        region.toString(),
        ENCODED,
        image -> PoolPictures.crop(campaign, region, image));
  }

  /** Returns an image with per-pixel uncertainty. */
  @GET
  @Path("images/{iid}/uncertainty")
  @Produces({PNG, WEBP})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show the uncertainty of the model",
      description =
          "From dark blue (certain) to yellow (uncertain), with the model of the latest"
              + " finished scoring. "
              + DRAWN)
  public Response uncertainty(String id, String iid, @Context Request request) {
    Campaign campaign = campaigns.get(id);
    java.nio.file.Path file = pool.file(campaign, RegionPathSegment.parseImage(iid));
    ScoringJobRequest order = model.order(campaign);
    return drawn(
        request,
        file,
        order + "uncertainty",
        MAPPED,
        image -> model.uncertainty(campaign, order, image));
  }

  /** Returns an image with predicted classes, or their IDs. */
  @GET
  @Path("images/{iid}/prediction")
  @Produces({PNG, WEBP})
  @RolesAllowed(Roles.ANNOTATOR)
  @Operation(
      summary = "Show the prediction of the model",
      description =
          "In the colors of the class map, with the model of the latest finished"
              + " scoring. "
              + DRAWN)
  public Response prediction(
      String id,
      String iid,
      @Parameter(description = "Return a single-channel PNG of class IDs instead of colors.")
          @QueryParam("ids")
          @DefaultValue("false")
          boolean ids,
      @Context Request request) {
    Campaign campaign = campaigns.get(id);
    java.nio.file.Path file = pool.file(campaign, RegionPathSegment.parseImage(iid));
    ScoringJobRequest order = model.order(campaign);
    if (ids) {
      return answer(
          request,
          PoolPictures.version(file) + order + "ids",
          PNG,
          () ->
              pool.decoded(
                  file,
                  MAPPED,
                  image -> ImageWriter.encodePng(model.predicted(campaign, order, image))));
    }
    return drawn(
        request,
        file,
        order + "prediction",
        MAPPED,
        image -> model.prediction(campaign, order, image));
  }

  /** Returns a rendered image in the type preferred by the client. */
  private Response drawn(
      Request request,
      java.nio.file.Path file,
      String what,
      long more,
      UnaryOperator<DecodedImage> picture) {
    return encoded(
        request,
        file,
        what,
        encoder -> pool.decoded(file, more, image -> encoder.apply(picture.apply(image))));
  }

  /** Returns what is made of an image by the encoder of the type preferred by the client. */
  private static Response encoded(
      Request request,
      java.nio.file.Path file,
      String what,
      Function<Function<DecodedImage, byte[]>, byte[]> picture) {
    Variant wanted = request.selectVariant(TYPES);
    boolean webp = wanted != null && wanted.getMediaType().toString().equals(WEBP);
    Response answer =
        answer(
            request,
            PoolPictures.version(file) + what + (webp ? WEBP : PNG),
            webp ? WEBP : PNG,
            () -> picture.apply(webp ? ImageWriter::encodeWebp : ImageWriter::encodePng));
    return Response.fromResponse(answer).header(HttpHeaders.VARY, HttpHeaders.ACCEPT).build();
  }

  /** Renders the image only if the client's cached copy is outdated. */
  private static Response answer(
      Request request, String version, String type, Supplier<?> content) {
    EntityTag tag =
        new EntityTag(UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8)).toString());
    CacheControl cache = new CacheControl();
    cache.setPrivate(true);
    cache.setMaxAge(CACHE_SECONDS);
    Response.ResponseBuilder known = request.evaluatePreconditions(tag);
    return (known == null ? Response.ok(content.get(), type) : known)
        .tag(tag)
        .cacheControl(cache)
        .build();
  }

  /** Returns the media type by file extension; null if browsers do not support the format. */
  private static @org.jspecify.annotations.Nullable String type(java.nio.file.Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      return PNG;
    }
    if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      return "image/jpeg";
    }
    return name.endsWith(".webp") ? WEBP : null;
  }
}
