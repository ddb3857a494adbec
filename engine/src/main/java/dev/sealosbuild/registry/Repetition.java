package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes requests again that failed for what may have passed by then. Used by many threads. */
final class Repetition {
  private static final long MAX_GROWN_MILLIS = 60_000;
  private static final long MAX_ASKED_MILLIS = 300_000;
  private static final int MAX_DOUBLINGS = 20;

  private final Retry retry;
  private final Pause pause;

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    /** Waits; false when there is no point in going on. */
    boolean of(long millis) throws InterruptedException;
  }

  /** A request and its answer. */
  @FunctionalInterface
  interface Exchange {
    HttpResponse make() throws IOException;
  }

  Repetition(Retry retry, Pause pause) {
    this.retry = retry;
    this.pause = pause;
  }

  /**
   * The first answer that is none of a passing failure, or the last one.
   *
   * @param what is being done, for messages
   * @throws IOException the last failure of the connection, or one that is not known to pass
   */
  HttpResponse of(String what, Exchange exchange) throws IOException {
    Attempts attempts = attempts(what);
    while (true) {
      try {
        HttpResponse answer = exchange.make();
        if (!isPassing(answer.status()) || attempts.left == 0) {
          return answer;
        }
        answer.close();
        if (!attempts.again(answer.header("retry-after"))) {
          return answer;
        }
      } catch (IOException e) {
        if (!isPassing(e) || !attempts.again(null)) {
          throw e;
        }
      }
    }
  }

  Attempts attempts(String what) {
    return new Attempts(what);
  }

  static boolean isPassing(int status) {
    return status == 429 || (status >= 500 && status != 501 && status != 505);
  }

  /** Whether a connection was there and broke; not that nobody listens, or says anything. */
  static boolean isPassing(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return false;
      }
      if (cause instanceof EOFException || cause instanceof SocketException) {
        return true;
      }
    }
    return false;
  }

  /** The attempts that one piece of work has. */
  final class Attempts {
    private final String what;
    private int made;
    private int left = retry.times();

    private Attempts(String what) {
      this.what = what;
    }

    /** As many as in the beginning: there was progress. */
    void renew() {
      made = 0;
      left = retry.times();
    }

    /**
     * Waits for the next attempt.
     *
     * @param retryAfter what the registry said of it; null where it said nothing
     * @return false where there is none
     */
    boolean again(@Nullable String retryAfter) {
      if (left == 0) {
        return false;
      }
      left--;
      made++;
      try {
        return pause.of(Math.max(grown(), asked(retryAfter)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BuildException(what + " was interrupted", "", e);
      }
    }

    private long grown() {
      long delay = Math.min(MAX_GROWN_MILLIS, retry.delay().toMillis());
      long grown = Math.min(MAX_GROWN_MILLIS, delay << Math.min(MAX_DOUBLINGS, made - 1));
      return grown + ThreadLocalRandom.current().nextLong(grown / 2 + 1);
    }
  }

  /**
   * What Retry-After asks for, in milliseconds.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>
   */
  private static long asked(@Nullable String retryAfter) {
    if (retryAfter == null) {
      return 0;
    }
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Math.min(MAX_ASKED_MILLIS, Long.parseLong(retryAfter) * 1000);
    }
    try {
      Instant then =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      long millis = Duration.between(Instant.now(), then).toMillis();
      return Math.max(0, Math.min(MAX_ASKED_MILLIS, millis));
    } catch (DateTimeException | ArithmeticException e) {
      // Not for this client: what it does by itself will do.
      return 0;
    }
  }
}
