package dev.flipside.api.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flipside.api.access.AllowedFolders;
import dev.flipside.api.campaign.store.CampaignStore;
import dev.flipside.api.campaign.store.domain.Campaign;
import dev.flipside.api.campaign.store.domain.CampaignPlan;
import dev.flipside.api.job.ScoringJobRequest;
import dev.flipside.api.job.ScoringJobs;
import dev.flipside.api.model.InferenceSettings;
import dev.flipside.api.model.Models;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.GridSpec;
import dev.flipside.models.registry.ModelEntry;
import dev.flipside.scorer.image.ImageReader;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.scorer.pool.PoolImage;
import dev.flipside.scorer.selection.Budget;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Creates campaigns. Validates the whole request before anything is written. */
@Singleton
final class CampaignFactory {
  private static final Logger LOG = Logger.getLogger(CampaignFactory.class);
  private static final String DEFAULT_STRATEGY = "flip-entropy";

  private final CampaignStore store;
  private final AllowedFolders allowed;
  private final Models models;
  private final InferenceSettings inference;
  private final ScoringJobs jobs;

  @Inject
  CampaignFactory(
      CampaignStore store,
      AllowedFolders allowed,
      Models models,
      InferenceSettings inference,
      ScoringJobs jobs) {
    this.store = store;
    this.allowed = allowed;
    this.models = models;
    this.inference = inference;
    this.jobs = jobs;
  }

  /**
   * Creates a campaign and starts to score its pool, or to put it in order if no model is given.
   *
   * @throws ApiProblem if a value in the request cannot be used
   */
  Campaign create(CampaignRequest request) {
    Path root = allowed.resolve("pool", request.pool());
    String listed = request.list();
    Path list = listed == null ? null : allowed.resolve("list", listed);
    GridSpec grid = grid(request);
    String asked = request.strategy();
    String strategy = inference.acquisition(asked == null ? DEFAULT_STRATEGY : asked).name();
    String named = request.model();
    ModelEntry model = named == null ? null : models.named(named);
    ClassMap classes = classes(request.classes(), model);
    if (model != null) {
      models.requireClasses(model, classes);
    }
    Pool pool = list == null ? Pool.ofFolder(root) : Pool.ofList(root, list);
    pool.leftOut().notes().forEach(note -> LOG.infof("%s: %s", root, note));
    requireInside(pool);
    Campaign campaign =
        store.create(
            new CampaignPlan(
                request.name().strip(),
                root,
                list == null ? "folder" : "list",
                list,
                classes,
                grid,
                budget(request, pool, grid),
                strategy));
    store.registerImages(campaign.id(), pool.images().stream().map(PoolImage::id).toList());
    jobs.submit(
        campaign.id(),
        model == null ? ScoringJobRequest.COLD_START : new ScoringJobRequest(model.id(), strategy));
    return campaign;
  }

  private static GridSpec grid(CampaignRequest request) {
    String grid = request.grid();
    String region = request.region();
    if (grid != null && region == null) {
      return parsed(() -> GridSpec.parseCounts(grid));
    }
    if (region != null && grid == null) {
      return parsed(() -> GridSpec.parseRegionSize(region));
    }
    throw ApiProblem.of(
        ProblemType.BAD_REQUEST,
        "give either \"grid\" (rows and columns, for example \"5x5\") or \"region\" (height and"
            + " width in px, for example \"72x96\")");
  }

  private ClassMap classes(@Nullable JsonNode given, @Nullable ModelEntry model) {
    if (given == null || given.isNull()) {
      if (model == null) {
        throw ApiProblem.of(
            ProblemType.BAD_REQUEST,
            "give \"classes\" (\"camvid\", \"cityscapes\", a number, or a class map), or a"
                + " \"model\" to take them from");
      }
      return model.card().classes();
    }
    if (given.isInt()) {
      return parsed(() -> ClassMap.unnamed(given.intValue()));
    }
    if (given.isTextual()) {
      return switch (given.textValue().strip().toLowerCase(Locale.ROOT)) {
        case "camvid" -> ClassMap.CAMVID;
        case "cityscapes" -> ClassMap.CITYSCAPES;
        default -> ClassMaps.read(allowed.resolve("classes", given.textValue()));
      };
    }
    return ClassMaps.fromJson(given.toString(), "classes");
  }

  private static long budget(CampaignRequest request, Pool pool, GridSpec grid) {
    Long regions = request.budget();
    Double fraction = request.budgetFraction();
    if (regions != null && fraction != null) {
      throw ApiProblem.of(
          ProblemType.BAD_REQUEST, "give either \"budget\" or \"budgetFraction\", not both");
    }
    if (regions != null) {
      return regions;
    }
    if (fraction == null) {
      return CampaignPlan.UNLIMITED;
    }
    int each = parsed(() -> grid.on(ImageReader.probe(pool.images().get(0).file()))).count();
    long part = Budget.regions(pool.images().size(), each, fraction);
    if (part < 1) {
      throw ApiProblem.of(
          ProblemType.BAD_REQUEST,
          "budgetFraction "
              + fraction
              + " of "
              + pool.images().size()
              + " images with "
              + each
              + " regions is less than one region; give a larger part");
    }
    return part;
  }

  private void requireInside(Pool pool) {
    for (PoolImage image : pool.images()) {
      if (Files.exists(image.file()) && !allowed.holds(image.file())) {
        throw ApiProblem.of(
            ProblemType.OUTSIDE_ROOTS,
            "image \""
                + image.id()
                + "\" of the pool is a link that leaves the configured roots; start the service"
                + " with --root for the folder that it leads to");
      }
    }
  }

  /** Parses a client-supplied value; a parse error becomes a bad request. */
  private static <T> T parsed(Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw ApiProblem.of(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }
}
