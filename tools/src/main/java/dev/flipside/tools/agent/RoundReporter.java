package dev.flipside.tools.agent;

import dev.flipside.models.domain.FlipsideException;
import dev.flipside.tools.remote.RefusedException;
import dev.flipside.tools.remote.RemoteRound;
import dev.flipside.tools.remote.RemoteService;
import dev.flipside.tools.remote.UnavailableException;
import dev.flipside.trainer.EpochReport;
import dev.flipside.trainer.StepReport;
import dev.flipside.trainer.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Reports how far a round is to the service, every two seconds from a thread of its own, so that
 * the service knows that the agent lives even while a step takes long. A service that does not
 * answer does not stop the training; one that has given the round to another agent does.
 */
final class RoundReporter implements TrainingListener, AutoCloseable {
  private static final long EVERY_SECONDS = 2;

  private final RemoteService service;
  private final String campaign;
  private final int round;
  private final String agent;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flipside-round-reports");
            thread.setDaemon(true);
            return thread;
          });
  private final Runnable epochEnded;
  private double secondsPerStep;
  private RoundProgress progress;
  private volatile boolean lost;

  private RoundReporter(
      RemoteService service,
      String campaign,
      int round,
      String agent,
      RoundProgress progress,
      Runnable epochEnded) {
    this.service = service;
    this.campaign = campaign;
    this.round = round;
    this.agent = agent;
    this.progress = progress;
    this.epochEnded = epochEnded;
  }

  /**
   * Starts to report. The caller closes it.
   *
   * @param epochEnded called after each epoch
   */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
  static RoundReporter start(
      RemoteService service,
      String campaign,
      int round,
      String agent,
      RoundProgress progress,
      Runnable epochEnded) {
    RoundReporter reporter =
        new RoundReporter(service, campaign, round, agent, progress, epochEnded);
    reporter.clock.scheduleWithFixedDelay(reporter::tell, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    return reporter;
  }

  private void tell() {
    try {
      service.report(campaign, round, agent, "RUNNING", progress().toTraining());
    } catch (RefusedException e) {
      lost = lost || e.isConflict() || e.isNotFound();
    } catch (RuntimeException | Error e) {
      // Reported again in a moment; an exception would end the reports.
    }
  }

  /** Returns what is reported. */
  synchronized RoundProgress progress() {
    return progress;
  }

  /** Changes what is reported. */
  synchronized void change(UnaryOperator<RoundProgress> change) {
    progress = change.apply(progress);
  }

  @Override
  public void stepped(StepReport report) {
    requireHeld();
    secondsPerStep =
        secondsPerStep == 0 ? report.seconds() : 0.9 * secondsPerStep + 0.1 * report.seconds();
    change(
        now -> {
          long steps = (long) now.epochs() * report.stepsInEpoch();
          return now.at(report.step(), steps, (steps - report.step()) * secondsPerStep);
        });
  }

  @Override
  public void epochEnded(EpochReport report) {
    epochEnded.run();
    change(
        now -> {
          // A run that goes on after it was killed may repeat an epoch.
          List<RemoteRound.EpochLoss> losses =
              new ArrayList<>(
                  now.losses().subList(0, Math.min(report.epoch(), now.losses().size())));
          losses.add(
              new RemoteRound.EpochLoss(
                  report.loss().crossEntropy(),
                  report.loss().consistency(),
                  report.loss().total()));
          return now.with(losses);
        });
  }

  /**
   * Checks that the service has not given the round to another agent.
   *
   * @throws LostRoundException if it has
   */
  void requireHeld() {
    if (lost) {
      throw new LostRoundException(campaign, round);
    }
  }

  /** Ends the round; tries until the service answers. */
  void end(String state) throws InterruptedException {
    clock.shutdown();
    clock.awaitTermination(1, TimeUnit.MINUTES);
    while (true) {
      try {
        service.report(campaign, round, agent, state, progress().toTraining());
        return;
      } catch (UnavailableException e) {
        TimeUnit.SECONDS.sleep(EVERY_SECONDS);
      } catch (RefusedException e) {
        if (e.isConflict() || e.isNotFound()) {
          throw new LostRoundException(campaign, round);
        }
        throw e;
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Thrown when another agent has taken the round over. */
  static final class LostRoundException extends FlipsideException {
    private static final long serialVersionUID = 1L;

    LostRoundException(String campaign, int round) {
      super(
          "round "
              + round
              + " of campaign "
              + campaign
              + ": another agent has taken it over, or the campaign is gone");
    }
  }
}
