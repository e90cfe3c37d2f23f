package dev.flipside.api.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A headless Chromium; tests are skipped where none is installed. */
final class Chromium implements AutoCloseable {
  private static final Path PROGRAM =
      Path.of(System.getProperty("flipside.chromium", "/usr/bin/chromium"));

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> errors = new ArrayList<>();

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  static Chromium start() {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM),
        PROGRAM
            + ": no Chromium here, the page is not tested; install one or set"
            + " -Dflipside.chromium=FILE");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Chromium(
        playwright,
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(PROGRAM)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync"))));
  }

  /** Opens a page of its own session, as another person would. */
  Page open(String address) {
    Page page =
        browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900)).newPage();
    page.onConsoleMessage(
        message -> {
          // A refused request is logged by the browser as an error, too; the page shows it.
          if (message.type().equals("error") && !message.text().startsWith("Failed to load")) {
            errors.add(message.text());
          }
        });
    page.onPageError(errors::add);
    page.navigate(address);
    return page;
  }

  /** Returns errors of scripts and of the content security policy so far. */
  List<String> errors() {
    return errors;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
