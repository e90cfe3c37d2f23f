package dev.flipside.tools.agent;

import com.google.errorprone.annotations.MustBeClosed;
import dev.flipside.models.domain.AtomicFile;
import dev.flipside.models.domain.ClassMap;
import dev.flipside.models.domain.FlipsideException;
import dev.flipside.scorer.metrics.SegmentationMetrics;
import dev.flipside.scorer.pool.Pool;
import dev.flipside.tools.files.Folders;
import dev.flipside.tools.remote.RefusedException;
import dev.flipside.tools.remote.RemoteCampaign;
import dev.flipside.tools.remote.RemoteRound;
import dev.flipside.tools.remote.RemoteService;
import dev.flipside.tools.remote.UnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Trains on what is labelled in campaigns of the service. When enough labels came in since the last
 * round, it begins a round: trains, measures the model on regions that are held out, registers and
 * activates it, and has the pool scored with it. Progress and results are reported to the service.
 *
 * <p>A killed agent goes on when it is started again with the same folder. While the service does
 * not answer, the agent waits; a training in progress continues.
 */
public final class TrainingAgent implements AutoCloseable {
  private final RemoteService service;
  private final AgentSettings settings;
  private final PrintWriter log;
  private final FileChannel lock;
  private final String name;
  private final FailureBackoff backoff = new FailureBackoff(InstantSource.system());
  private String trouble = "";

  private TrainingAgent(
      RemoteService service, AgentSettings settings, PrintWriter log, FileChannel lock) {
    this.service = service;
    this.settings = settings;
    this.log = log;
    this.lock = lock;
    this.name = name(settings.folder());
  }

  /**
   * Opens the folder of an agent; creates it at the first start.
   *
   * @param service service with the campaigns
   * @param log receives a line for what happens; borrowed
   * @throws FlipsideException if another agent uses the folder, or it cannot be read or written
   */
  @MustBeClosed
  public static TrainingAgent open(RemoteService service, AgentSettings settings, PrintWriter log) {
    Path file = Folders.create(settings.folder()).resolve("agent.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new FlipsideException(
            settings.folder()
                + ": another agent runs with this folder; stop it, or name another with --data");
      }
      return new TrainingAgent(service, settings, log, channel);
    } catch (IOException e) {
      throw new FlipsideException(settings.folder() + ": cannot be used (" + e + ")", e);
    }
  }

  /** The service knows a restarted agent by its name. */
  private static String name(Path folder) {
    Path file = Folders.create(folder).resolve("agent.txt");
    try {
      if (Files.exists(file)) {
        return Files.readString(file).strip();
      }
    } catch (IOException e) {
      throw new FlipsideException(file + ": cannot be read (" + e + ")", e);
    }
    String name = "agent-" + UUID.randomUUID().toString().substring(0, 8);
    AtomicFile.write(file, name + "\n");
    return name;
  }

  /**
   * Watches until the thread is interrupted.
   *
   * @param campaign the only campaign to train on, or null for all that are open
   */
  public void watch(@Nullable String campaign) throws InterruptedException {
    while (true) {
      try {
        look(campaign);
        trouble = "";
      } catch (FlipsideException e) {
        // The service is gone for a while, or a campaign is; said once, and tried again.
        String reason = String.valueOf(e.getMessage());
        if (!reason.equals(trouble)) {
          say("waiting: %s", reason);
        }
        trouble = reason;
      }
      Thread.sleep(settings.pause().toMillis());
    }
  }

  /**
   * Looks at the campaigns once, and trains where a round is due. A campaign that fails does not
   * stop the others.
   *
   * @param campaign the only campaign to train on, or null for all that are open
   * @throws FlipsideException if a campaign failed, after the others
   */
  public void look(@Nullable String campaign) throws InterruptedException {
    List<RemoteCampaign> campaigns =
        campaign == null ? service.campaigns() : List.of(service.campaign(campaign));
    FlipsideException failure = null;
    for (RemoteCampaign each : campaigns) {
      try {
        if (each.closed() == null && backoff.areOver(each.id()) && isDue(each)) {
          train(each, service.begin(each.id(), name));
        }
      } catch (UnavailableException e) {
        throw e;
      } catch (RefusedException e) {
        if (!e.isConflict()) {
          failure = e;
        }
        // Otherwise another agent trains, or the campaign was closed.
      } catch (FlipsideException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean isDue(RemoteCampaign campaign) {
    RemoteCampaign.Progress progress = campaign.progress();
    if (progress.labelled() == 0) {
      return false;
    }
    List<RemoteRound> rounds = service.rounds(campaign.id());
    // Of the last round: labels may have been taken back since an earlier one.
    long known =
        rounds.stream()
            .filter(RemoteRound::isDone)
            .map(each -> each.training().labels())
            .mapToLong(each -> each == null ? 0 : each)
            .reduce(0, (before, last) -> last);
    Optional<RemoteRound> unfinished = rounds.stream().filter(each -> !each.hasEnded()).findFirst();
    if (unfinished.isPresent()) {
      // Another agent trains, unless it stopped reporting.
      return unfinished.get().agent().equals(name)
          || unfinished.get().state().equals("interrupted");
    }
    long fresh = progress.labelled() - known;
    boolean complete = progress.remaining() == 0 && progress.leased() == 0;
    return fresh >= (known == 0 ? settings.firstRound() : settings.trainEvery())
        || (complete && fresh > 0);
  }

  private void train(RemoteCampaign campaign, RemoteRound begun) throws InterruptedException {
    int number = begun.number();
    CampaignFolder files =
        new CampaignFolder(settings.folder().resolve("campaigns").resolve(campaign.id()));
    RegionSplit split = new RegionSplit(settings.heldOut());
    List<RemoteRound.EpochLoss> losses = begun.training().losses();
    try (RoundReporter reporter =
        RoundReporter.start(
            service,
            campaign.id(),
            number,
            name,
            RoundProgress.start(split, losses == null ? List.of() : losses),
            () -> files.progressed(number))) {
      try {
        prepareAndRun(campaign, begun, files, split, reporter);
        files.complete(number);
        backoff.succeeded(campaign.id());
      } catch (RoundReporter.LostRoundException e) {
        lose(files, number, e);
      } catch (UnavailableException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        // Also what libraries throw, and a lack of memory: the round would begin again for ever.
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        fail(campaign, files, number, reporter, e);
      }
    }
  }

  private void fail(
      RemoteCampaign campaign,
      CampaignFolder files,
      int number,
      RoundReporter reporter,
      Throwable e)
      throws InterruptedException {
    String message = e.getMessage();
    String reason = e instanceof FlipsideException && message != null ? message : e.toString();
    say("%s: round %d failed: %s", campaign.name(), number, reason);
    backoff.failed(campaign.id());
    try {
      reporter.change(now -> now.noting(reason));
      reporter.end("FAILED");
      files.drop(number);
    } catch (RoundReporter.LostRoundException lost) {
      lose(files, number, lost);
    }
  }

  private void lose(CampaignFolder files, int number, RoundReporter.LostRoundException e) {
    files.drop(number);
    say("%s", String.valueOf(e.getMessage()));
  }

  private void prepareAndRun(
      RemoteCampaign campaign,
      RemoteRound begun,
      CampaignFolder files,
      RegionSplit split,
      RoundReporter reporter)
      throws InterruptedException {
    int number = begun.number();
    ClassMap classes = campaign.classMap();
    CampaignLabels archive = CampaignLabels.open(files.labels(), classes, split);
    if (!files.hasBegun(number)) {
      archive.update(service, campaign.id());
      files.begin(number);
    }
    files.countStart(number);
    CampaignLabels.State labels = archive.state();
    reporter.change(now -> now.learning(labels));
    say(
        "%s: round %d %s: %d regions labelled, %d of them held out",
        campaign.name(),
        number,
        begun.training().step() == null ? "begins" : "goes on",
        labels.labels(),
        labels.heldOut());
    run(
        campaign,
        new TrainingRound(settings, files, pool(campaign), classes, number, archive),
        number,
        reporter);
  }

  private void run(RemoteCampaign campaign, TrainingRound round, int number, RoundReporter reporter)
      throws InterruptedException {
    int epochs = round.epochs();
    reporter.change(now -> now.during(epochs));
    if (!round.leftOut().isEmpty()) {
      say("%s: round %d: %s", campaign.name(), number, round.leftOut());
    }
    Path model = round.train(reporter);
    reporter.change(now -> now.noting(joined("measuring", round.leftOut())));
    SegmentationMetrics metrics = round.measure(model);
    if (metrics != null) {
      Double previous = round.previousMiou();
      reporter.change(now -> now.measured(metrics, previous));
    }
    reporter.change(now -> now.noting("registering the model"));
    reporter.requireHeld();
    String id = untilAvailable(() -> service.addModel(campaign.id(), number, name, model));
    String activation = activated(id);
    reporter.change(
        now ->
            now.registered(id)
                .noting(joined("having the pool scored", activation, round.leftOut())));
    String scoring = scored(campaign.id(), id);
    reporter.change(now -> now.noting(joined(scoring, activation, round.leftOut())));
    reporter.end("DONE");
    say(
        "%s: round %d done: %s, model %s",
        campaign.name(),
        number,
        metrics == null
            ? "nothing held out to measure on"
            : String.format(Locale.ROOT, "mIoU %.4f", metrics.miou()),
        id);
  }

  private static String joined(String... parts) {
    return Stream.of(parts).filter(each -> !each.isEmpty()).collect(Collectors.joining("; "));
  }

  /** Activates a model if the key of the agent allows it; scoring does not need it. */
  private String activated(String model) throws InterruptedException {
    try {
      return untilAvailable(
          () -> {
            service.activate(model);
            return "";
          });
    } catch (RefusedException e) {
      return "not activated: " + e.getMessage();
    }
  }

  /** Has the pool scored, unless the campaign was closed meanwhile; the model is good then, too. */
  private String scored(String campaign, String model) throws InterruptedException {
    try {
      return untilAvailable(
          () -> {
            service.score(campaign, model);
            return "the pool is being scored";
          });
    } catch (RefusedException e) {
      if (!e.isConflict()) {
        throw e;
      }
      return "not scored: " + e.getMessage();
    }
  }

  private <T> T untilAvailable(Supplier<T> call) throws InterruptedException {
    while (true) {
      try {
        return call.get();
      } catch (UnavailableException e) {
        Thread.sleep(settings.pause().toMillis());
      }
    }
  }

  private Pool pool(RemoteCampaign campaign) {
    Path root = settings.images() == null ? Path.of(campaign.pool()) : settings.images();
    if (!Files.isDirectory(root)) {
      throw new FlipsideException(
          root
              + ": the images of campaign "
              + campaign.name()
              + " are not on this machine; name their folder here with --images");
    }
    String list = campaign.list();
    return list == null ? Pool.ofFolder(root) : Pool.ofList(root, Path.of(list));
  }

  private void say(String format, Object... values) {
    log.printf(Locale.ROOT, format + "%n", values);
    log.flush();
  }

  /** Leaves the folder to other agents. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
