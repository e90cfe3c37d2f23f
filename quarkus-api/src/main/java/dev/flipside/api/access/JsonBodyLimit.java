package dev.flipside.api.access;

import dev.flipside.api.config.FlipsideConfig;
import dev.flipside.api.problem.ApiProblem;
import dev.flipside.api.problem.ProblemType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends JSON bodies that turn out to be longer than allowed. Those that declare their length do not
 * get here; over HTTP/2, a body need not declare it. Uploads count for themselves.
 */
@Provider
public final class JsonBodyLimit implements ReaderInterceptor {
  private final Instance<FlipsideConfig> config;

  @Inject
  JsonBodyLimit(Instance<FlipsideConfig> config) {
    // Made when the service is built, before there is a configuration.
    this.config = config;
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    if (InputStream.class.isAssignableFrom(context.getType())) {
      return context.proceed();
    }
    context.setInputStream(new Counting(context.getInputStream(), config.get().limits().json()));
    return context.proceed();
  }

  private static final class Counting extends FilterInputStream {
    private final long limit;
    private long read;

    Counting(InputStream body, long limit) {
      super(body);
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      int count = super.read(to, at, length);
      count(Math.max(0, count));
      return count;
    }

    private void count(int bytes) {
      read += bytes;
      if (read > limit) {
        throw ApiProblem.of(
            ProblemType.TOO_LARGE,
            "the content has more than "
                + limit
                + " bytes; send less, or raise flipside.limits.json");
      }
    }
  }
}
