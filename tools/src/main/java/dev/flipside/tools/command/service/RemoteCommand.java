package dev.flipside.tools.command.service;

import dev.flipside.tools.command.options.ClassMapping;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.options.OutputOptions;
import dev.flipside.tools.command.options.SummaryOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.Summary;
import dev.flipside.tools.remote.ImportOutcome;
import dev.flipside.tools.remote.ImportSettings;
import dev.flipside.tools.remote.RemoteCampaign;
import dev.flipside.tools.remote.RemoteSelection;
import dev.flipside.tools.remote.RemoteService;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code flipside remote}: client of a running service. */
@Command(
    name = "remote",
    description = "Client for a running REST service (flipside serve).",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  flipside remote campaigns",
      "  flipside remote --url http://host:8080 create streets --pool camvid --grid 5x5 --model m.onnx",
      "  flipside remote select ID -k 10 --annotator ada",
      "  flipside remote export ID --format cvat --selection SID --out task.xml",
      "  flipside remote import ID --format cvat --selection SID annotations.xml"
    })
public final class RemoteCommand implements Runnable {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      scope = ScopeType.INHERIT,
      description = "URL of the service (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private URI url;

  @Override
  public void run() {
    throw common.badUse("Missing required subcommand");
  }

  /** The API key is read from the environment because command lines are visible to other users. */
  private RemoteService service() {
    return new RemoteService(url, System.getenv("FLIPSIDE_KEY"));
  }

  @Command(description = "List all campaigns and their progress.")
  int campaigns(@Mixin CommonOptions options, @Mixin SummaryOptions printed) {
    List<RemoteCampaign> all = service().campaigns();
    Summary summary = new Summary().with("campaigns", all);
    all.forEach(each -> summary.line(line(each)));
    printed.print(common, summary);
    return ExitCodes.DONE;
  }

  @Command(description = "Create a campaign. Paths refer to the machine that runs the service.")
  int create(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "NAME", description = "Name of the campaign.") String name,
      @Option(
              names = "--pool",
              required = true,
              paramLabel = "DIR",
              description = "Folder of images.")
          String pool,
      @Option(
              names = "--grid",
              required = true,
              paramLabel = "RxC",
              description = "Rows and columns of regions per image.")
          String grid,
      @Option(
              names = "--model",
              paramLabel = "MODEL",
              description = "Name, ID or path of the model to score the pool with.")
          @Nullable String model,
      @Option(
              names = "--strategy",
              paramLabel = "NAME",
              description = "Acquisition function (default: flip-entropy).")
          @Nullable String strategy,
      @Option(
              names = "--budget",
              paramLabel = "N",
              description = "Maximum number of regions to label (default: no limit).")
          @Nullable Long budget,
      @Mixin SummaryOptions printed) {
    print(
        printed,
        service()
            .create(
                members(
                    "name",
                    name,
                    "pool",
                    pool,
                    "grid",
                    grid,
                    "model",
                    model,
                    "strategy",
                    strategy,
                    "budget",
                    budget)));
    return ExitCodes.DONE;
  }

  @Command(description = "Lease the K best free regions. Prints one line per region, best first.")
  int select(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "CAMPAIGN", description = "ID of the campaign.") String campaign,
      @Option(names = "-k", required = true, paramLabel = "K", description = "Number of regions.")
          int k,
      @Option(names = "--annotator", paramLabel = "NAME", description = "Name of the annotator.")
          @Nullable String annotator,
      @Option(
              names = "--lease",
              paramLabel = "SECONDS",
              description = "Duration of the lease in seconds.")
          @Nullable Long lease,
      @Mixin SummaryOptions printed) {
    RemoteSelection selection =
        service().select(campaign, members("k", k, "annotator", annotator, "leaseSeconds", lease));
    common
        .err()
        .printf(
            "selection %s for %s until %s, shortfall: %s%n",
            selection.id(), selection.annotator(), selection.expires(), selection.shortfall());
    Summary summary = new Summary().with("selection", selection);
    for (RemoteSelection.Region each : selection.regions()) {
      summary.line(
          String.format(
              Locale.ROOT,
              "%d\t%s\t%d\t%d\t%.4f\t%s",
              each.rank(),
              each.image(),
              each.row(),
              each.col(),
              each.score(),
              each.links().get("label")));
    }
    printed.print(common, summary);
    return ExitCodes.DONE;
  }

  @Command(description = "Upload the label of a region.")
  int label(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "LINK", description = "Link from the last column of select.")
          String link,
      @Parameters(paramLabel = "PNG", description = "PNG of class IDs.") Path png) {
    service().label(link, png);
    return ExitCodes.DONE;
  }

  @Command(name = "give-back", description = "Release the unlabelled regions of a selection.")
  int giveBack(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "CAMPAIGN", description = "ID of the campaign.") String campaign,
      @Parameters(paramLabel = "SELECTION", description = "ID of the selection.")
          String selection) {
    service().giveBack(campaign, selection);
    return ExitCodes.DONE;
  }

  @Command(description = "Download the labelled data set, or a selection for CVAT or Label Studio.")
  int export(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "CAMPAIGN", description = "ID of the campaign.") String campaign,
      @Option(
              names = "--format",
              required = true,
              paramLabel = "FORMAT",
              description = "masks, coco, cvat or label-studio.")
          String format,
      @Option(
              names = "--selection",
              paramLabel = "ID",
              description = "Selection to export (cvat, label-studio).")
          @Nullable String selection,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
          Path out,
      @Mixin OutputOptions output) {
    output.require(out);
    service().export(campaign, format, selection, out);
    return ExitCodes.DONE;
  }

  @Command(name = "import", description = "Upload labels from CVAT or Label Studio, or masks.")
  int importAnswers(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "CAMPAIGN", description = "ID of the campaign.") String campaign,
      @Parameters(paramLabel = "FILE", description = "File with the labels.") Path file,
      @Option(
              names = "--format",
              required = true,
              paramLabel = "FORMAT",
              description = "cvat, label-studio, coco, coco-panoptic, labelme, masks or voc.")
          String format,
      @Option(
              names = "--selection",
              paramLabel = "ID",
              description = "Selection that was exported.")
          @Nullable String selection,
      @Option(
              names = "--annotator",
              paramLabel = "NAME",
              description = "Name of the annotator (default: that of the API key).")
          @Nullable String annotator,
      @Option(
              names = "--class-map",
              paramLabel = "FILE|NAME=CLASS,...",
              description = ClassMapping.DESCRIPTION)
          @Nullable String classMap,
      @Mixin SummaryOptions printed) {
    ImportOutcome outcome =
        service()
            .importAnswers(
                campaign,
                format,
                new ImportSettings(selection, annotator, ClassMapping.parse(classMap, common)),
                file);
    printed.print(
        common,
        new Summary()
            .line(outcome.labelled() + " labelled, " + outcome.refused() + " refused")
            .with("labelled", outcome.labelled())
            .with("refused", outcome.refused())
            .with("items", outcome.items()));
    outcome.items().stream()
        .filter(each -> each.detail() != null)
        .forEach(each -> common.err().printf("%s: %s%n", each.image(), each.detail()));
    return outcome.refused() == 0 ? ExitCodes.DONE : ExitCodes.PARTLY_DONE;
  }

  @Command(description = "Upload a model and, with --activate, make it the active one.")
  int model(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "ONNX", description = "ONNX model that contains its model card.")
          Path onnx,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "Name that the service accepts in place of the ID.")
          @Nullable String name,
      @Option(names = "--activate", description = "Use this model for all new scorings.")
          boolean activate,
      @Mixin SummaryOptions printed) {
    RemoteService service = service();
    String id = service.addModel(onnx, name);
    if (activate) {
      service.activate(id);
    }
    printed.print(common, new Summary().line(id).with("id", id).with("active", activate));
    return ExitCodes.DONE;
  }

  @Command(description = "Close a campaign.")
  int close(
      @Mixin CommonOptions options,
      @Parameters(paramLabel = "CAMPAIGN", description = "ID of the campaign.") String campaign,
      @Mixin SummaryOptions printed) {
    print(printed, service().close(campaign));
    return ExitCodes.DONE;
  }

  private void print(SummaryOptions printed, RemoteCampaign campaign) {
    printed.print(common, new Summary().line(line(campaign)).with("campaign", campaign));
  }

  private static String line(RemoteCampaign campaign) {
    RemoteCampaign.Scoring scoring = campaign.scoring();
    return String.format(
        Locale.ROOT,
        "%s\t%s\t%d of %d labelled, %d leased, %d remaining\t%s%s",
        campaign.id(),
        campaign.name(),
        campaign.progress().labelled(),
        campaign.progress().regions(),
        campaign.progress().leased(),
        campaign.progress().remaining(),
        scoring == null ? "not scored" : "scoring " + scoring.state().toLowerCase(Locale.ROOT),
        campaign.closed() == null ? "" : ", closed");
  }

  /** Builds a map of alternating names and values, without null values. */
  private static Map<String, Object> members(@Nullable Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int at = 0; at < namesAndValues.length; at += 2) {
      Object value = namesAndValues[at + 1];
      if (value != null) {
        members.put(String.valueOf(namesAndValues[at]), value);
      }
    }
    return members;
  }
}
