package dev.flipside.tools.command.service;

import dev.flipside.models.domain.TextFile;
import dev.flipside.tools.agent.AgentSettings;
import dev.flipside.tools.agent.TrainingAgent;
import dev.flipside.tools.command.options.CommonOptions;
import dev.flipside.tools.command.training.NetworkOptions;
import dev.flipside.tools.console.ExitCodes;
import dev.flipside.tools.console.HaltOnSignal;
import dev.flipside.tools.remote.RemoteService;
import dev.flipside.trainer.engine.DeviceChoice;
import dev.flipside.trainer.net.Backbone;
import dev.flipside.trainer.net.NetworkShape;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code flipside agent}: trains on the campaigns of a running service. */
@Command(
    name = "agent",
    description = {
      "Train on the labels of a running service, round by round: when enough regions have been"
          + " labelled, train, evaluate, register and activate the model, and score the pool with"
          + " it. Runs until it is stopped; to continue, start it again with the same --data."
    },
    footer = {
      "",
      "The API key is read from --key-file, or from the environment variable FLIPSIDE_KEY.",
      "",
      "Example:",
      "  flipside agent --url http://localhost:8080 --train-every 20 --data agent"
    })
public final class AgentCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "URL of the service (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private URI url;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "File with the API key of an operator or admin (default: FLIPSIDE_KEY).")
  private @Nullable Path keyFile;

  @Option(
      names = "--campaign",
      paramLabel = "ID",
      description = "Train only on this campaign (default: all open campaigns).")
  private @Nullable String campaign;

  @Option(
      names = "--train-every",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Begin a round when N regions have been labelled since the last one; half as many begin"
              + " the first round (default: ${DEFAULT-VALUE}).")
  private int trainEvery;

  @Option(
      names = "--held-out",
      paramLabel = "F",
      defaultValue = "0.2",
      description =
          "Share of the labelled regions that is held out to evaluate the models (default:"
              + " ${DEFAULT-VALUE}).")
  private double heldOut;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "200",
      description = "Training steps of a round, 5 images each (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--unlabelled",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Maximum number of images without labels in a round, used for self-consistency (default:"
              + " ${DEFAULT-VALUE}).")
  private int unlabelled;

  @Option(
      names = "--longest-side",
      paramLabel = "PX",
      defaultValue = "240",
      description =
          "Downscale images with a longer side by an integer factor, in training and in the model"
              + " (default: ${DEFAULT-VALUE}).")
  private int longestSide;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      converter = BackboneConverter.class,
      defaultValue = "resnet18",
      description = "Backbone, as in flipside train (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Backbone network;

  @Option(
      names = "--width",
      paramLabel = "F",
      defaultValue = "0.25",
      description = "Width multiplier for all channel counts (default: ${DEFAULT-VALUE}).")
  private double width;

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = NetworkOptions.DeviceConverter.class,
      defaultValue = "auto",
      description = "Device to train on: auto, cpu or cuda (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private DeviceChoice device;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Folder of the images on this machine (default: the folder that the service uses).")
  private @Nullable Path images;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "flipside-agent",
      description = "Folder for the state of the agent (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Override
  public Integer call() throws IOException {
    AgentSettings settings =
        common.usage(
            () ->
                new AgentSettings(
                    data,
                    images,
                    trainEvery,
                    heldOut,
                    steps,
                    unlabelled,
                    longestSide,
                    NetworkShape.of(network).withWidth(width).withOutputStride(8),
                    device,
                    Duration.ofSeconds(2)));
    String key = keyFile == null ? System.getenv("FLIPSIDE_KEY") : TextFile.read(keyFile).strip();
    try (TrainingAgent agent =
        TrainingAgent.open(new RemoteService(url, key), settings, common.out())) {
      common.out().println("agent: watching " + url);
      common.out().flush();
      return HaltOnSignal.call(
          () -> {
            try {
              agent.watch(campaign);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return ExitCodes.DONE;
          });
    }
  }

  static final class BackboneConverter implements ITypeConverter<Backbone> {
    @Override
    public Backbone convert(String text) {
      try {
        return Backbone.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
