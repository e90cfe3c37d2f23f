package dev.flipside.tools.command.service;

import dev.flipside.models.card.ClassMaps;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.models.domain.ImageSize;
import dev.flipside.models.domain.SegmentationClass;
import dev.flipside.models.domain.TextFile;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.console.ConsoleProgress;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.process.Studio;
import dev.flipside.tools.remote.RemoteCampaign;
import dev.flipside.tools.synth.StreetScenes;
import dev.flipside.tools.synth.SyntheticDataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flipside studio}: label in the browser, with a model that learns meanwhile. */
@Command(
    name = "studio",
    description = {
      "Label images in the browser while a model learns from the labels and selects what to label"
          + " next. Starts the service, for this machine only, and an agent that trains. Ctrl-C"
          + " stops both; to continue, start again with the same --data."
    },
    footer = {
      "",
      "Without --images, the studio continues with the newest open campaign. If there is none, it"
          + " runs a demo on synthetic street scenes.",
      "",
      "Examples:",
      "  flipside studio",
      "  flipside studio --images photos --classes road,car,tree,sky",
      "  flipside studio --images camvid/train --classes camvid --grid 5x5"
    })
public final class StudioCommand implements Callable<Integer> {
  private static final ImageSize DEMO_SIZE = new ImageSize(240, 320);
  private static final int DEMO_SCENES = 80;
  private static final String USUAL_GRID = "4x5";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Folder of images to label (default: that of the newest campaign, or a demo on synthetic"
              + " street scenes).")
  private @Nullable Path images;

  @Option(
      names = "--classes",
      paramLabel = "FILE|NAMES",
      description =
          "Classes to label, required at the first start with --images: names separated by commas,"
              + " a text file with one name per line, a class map (JSON), camvid or cityscapes.")
  private @Nullable String classes;

  @Option(
      names = "--grid",
      paramLabel = "RxC",
      description =
          "Rows and columns of regions per image, for a new campaign (default: "
              + USUAL_GRID
              + ").")
  private @Nullable String grid;

  @Option(
      names = "--train-every",
      paramLabel = "N",
      defaultValue = "20",
      description = "Train after every N newly labelled regions (default: ${DEFAULT-VALUE}).")
  private int trainEvery;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "200",
      description = "Training steps of a round, 5 images each (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description = "Device to train on: auto, cpu or cuda (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String device;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "flipside-studio",
      description = "Folder for everything that the studio stores (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port to listen on (default: that of the last start, otherwise 8080, or a free one if it"
              + " is in use).")
  private @Nullable Integer port;

  @Option(
      names = "--browser",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Open the page in a browser, if there is a desktop (default: yes).")
  private boolean browser;

  @Override
  public Integer call() throws IOException, InterruptedException {
    common.require(trainEvery >= 1, "--train-every", trainEvery, "at least 1");
    common.require(steps >= 1, "--steps", steps, "at least 1");
    common.require(
        port == null || (port >= 1 && port <= 65535), "--port", String.valueOf(port), "1 to 65535");
    common.require(
        grid == null || grid.matches("[1-9]\\d{0,3}x[1-9]\\d{0,3}"),
        "--grid",
        String.valueOf(grid),
        "for example 4x5");
    if (images != null && !Files.isDirectory(images)) {
      throw new FlipsideException(images + ": no such folder; name a folder of images");
    }
    String text = classes;
    ClassMap named = text == null ? null : common.usage(() -> classes(text));
    try (Studio studio = Studio.open(data, common.err())) {
      Thread hook = new Thread(() -> close(studio), "flipside-studio-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      studio.start(
          port,
          images,
          List.of(
              "--train-every",
              Integer.toString(trainEvery),
              "--steps",
              Integer.toString(steps),
              "--device",
              device));
      greet(studio, campaign(studio, named));
      studio.join();
    }
    return ExitCodes.FAILED; // Ctrl-C does not return here.
  }

  private RemoteCampaign campaign(Studio studio, @Nullable ClassMap named) throws IOException {
    Optional<RemoteCampaign> known = studio.openCampaign(images);
    if (known.isPresent()) {
      RemoteCampaign campaign = known.get();
      if (named != null && !named.equals(campaign.classMap())) {
        warn("--classes is ignored: campaign \"%s\" has its classes already", campaign.name());
      }
      if (grid != null && !grid.equals(campaign.grid())) {
        warn("--grid is ignored: campaign \"%s\" has %s regions", campaign.name(), campaign.grid());
      }
      return campaign;
    }
    String regions = grid == null ? USUAL_GRID : grid;
    if (images == null) {
      if (named != null) {
        warn("--classes is ignored: the demo has its own; name your images with --images");
      }
      return studio.create("Demo: street scenes", demo(studio.demo()), ClassMap.CAMVID, regions);
    }
    if (named == null) {
      throw new FlipsideException(
          images
              + ": there is no campaign on these images yet; name the classes with --classes, for"
              + " example --classes road,car,sky");
    }
    return studio.create(String.valueOf(images.toRealPath().getFileName()), images, named, regions);
  }

  private void warn(String format, Object... values) {
    common.err().println(String.format(Locale.ROOT, format, values));
    common.err().flush();
  }

  private void greet(Studio studio, RemoteCampaign campaign) {
    String page = studio.address() + "/#/campaigns/" + campaign.id() + "/label";
    common.out().println();
    common.out().println("  Label:     " + page);
    common.out().println("  Campaigns: " + studio.address());
    common.out().println();
    common
        .out()
        .println(
            "The model trains when "
                + (trainEvery + 1) / 2
                + " regions are labelled, then after every "
                + trainEvery
                + " more. Ctrl-C ends the studio; it goes on at the next start.");
    common.out().flush();
    if (browser) {
      openBrowser(page);
    }
  }

  private static Path demo(Path folder) {
    Path scenes = folder.resolve("train");
    if (!Files.exists(folder.resolve("complete"))) {
      try (ConsoleProgress progress =
          ConsoleProgress.onStandardError("Drawing street scenes", "scenes")) {
        SyntheticDataset.write(folder, new StreetScenes(DEMO_SIZE, 0), DEMO_SCENES, 0, progress);
      }
      try {
        Files.writeString(folder.resolve("complete"), "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return scenes;
  }

  /** Parses names separated by commas, a file of names, or what other commands take. */
  static ClassMap classes(String text) {
    if (text.contains(",")) {
      return named(Arrays.asList(text.split(",", -1)));
    }
    if (text.toLowerCase(Locale.ROOT).endsWith(".txt")) {
      try {
        return named(TextFile.read(Path.of(text)).lines().toList());
      } catch (IOException e) {
        throw new FlipsideException(
            text + ": cannot be read (" + e + "); expected a text file with a class per line", e);
      }
    }
    return ClassMaps.read(text);
  }

  private static ClassMap named(List<String> names) {
    List<SegmentationClass> classes = new ArrayList<>();
    for (String each : names) {
      if (!each.isBlank()) {
        classes.add(new SegmentationClass(each.strip(), ClassMap.defaultColor(classes.size())));
      }
    }
    return ClassMap.of(255, classes.toArray(new SegmentationClass[0]));
  }

  private static void openBrowser(String page) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    boolean desktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
    List<String> command =
        system.contains("mac")
            ? List.of("open", page)
            : system.contains("windows")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", page)
                : desktop ? List.of("xdg-open", page) : List.of();
    if (command.isEmpty()) {
      return;
    }
    try {
      new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // The address is printed.
    }
  }

  private static void close(Studio studio) {
    try {
      studio.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
