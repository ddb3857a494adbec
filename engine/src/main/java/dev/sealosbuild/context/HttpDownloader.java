package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files from web servers: through the proxy that the environment names, over a few
 * redirects but never from https to http, with a limit on how long a server may be silent but none
 * on the size.
 */
public final class HttpDownloader {
  private static final int MAX_REDIRECTS = 10;
  private static final int BUFFER = 64 << 10;

  /** Not in every JDK's HttpURLConnection: RFC 9110, section 15.4.9, and 15.4.8. */
  private static final int TEMPORARY_REDIRECT = 307;

  private static final int PERMANENT_REDIRECT = 308;

  private final ProxyVariables proxies;
  private final @Nullable SSLSocketFactory tls;
  private final int timeoutMillis;

  /**
   * @param environment that names proxies
   * @param tls for servers of https; null for what this machine trusts
   * @param timeoutMillis how long a server may take to accept a connection, and to send a byte
   */
  public HttpDownloader(
      Map<String, String> environment, @Nullable SSLSocketFactory tls, int timeoutMillis) {
    this.proxies = new ProxyVariables(environment);
    this.tls = tls;
    this.timeoutMillis = timeoutMillis;
  }

  /** With this process's environment and half a minute's patience. */
  public HttpDownloader() {
    this(System.getenv(), null, 30_000);
  }

  /** The address without its user, its password and its query, which may be a signature. */
  public static String withoutSecrets(URI address) {
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return address.getScheme() + "://" + address.getHost() + port + address.getRawPath();
  }

  /**
   * Fetches a file, or finds that the kept one is still what the server has.
   *
   * @param address of http or https; a user and password in it are sent to its host alone
   * @param folder in which the file is written, if it must be fetched
   * @param memory that keeps it
   * @param checksum that it must have; null for any. Where a file of this checksum was kept of the
   *     address, the server is not asked.
   * @throws BuildException when the server cannot be reached, answers with anything but the file,
   *     or the file has another checksum
   */
  public DownloadedFile fetch(
      URI address, Path folder, DownloadMemory memory, @Nullable Digest checksum) {
    String key = Digest.of(address.toString().getBytes(StandardCharsets.UTF_8)).hex();
    Optional<DownloadFacts.Kept> found = DownloadFacts.read(memory, key);
    DownloadFacts.Kept kept = found.orElse(null);
    if (kept != null && kept.digest().equals(checksum)) {
      return reuse(address, kept);
    }
    boolean asks = kept != null && kept.facts().canBeAskedAbout();
    HttpURLConnection answer = request(address, asks && kept != null ? kept.facts() : null);
    try {
      if (kept != null && status(answer) == HttpURLConnection.HTTP_NOT_MODIFIED) {
        check(address, kept.digest(), checksum, kept.digest());
        return reuse(address, kept);
      }
      return save(address, answer, folder, memory, checksum, key);
    } catch (IOException e) {
      throw failed(address, e);
    } finally {
      answer.disconnect();
    }
  }

  /**
   * Reads a short text, such as an instruction file.
   *
   * @param limit in bytes; what is longer is cut off behind one more
   * @throws BuildException as {@link #fetch} does
   */
  public byte[] read(URI address, int limit) {
    HttpURLConnection answer = request(address, null);
    try (InputStream in = answer.getInputStream()) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length <= limit) {
        checkWhole(answer, bytes.length);
      }
      return bytes;
    } catch (IOException e) {
      throw failed(address, e);
    } finally {
      answer.disconnect();
    }
  }

  private DownloadedFile reuse(URI address, DownloadFacts.Kept kept) {
    return kept.facts().file(address, kept.content(), kept.digest(), kept.size(), true);
  }

  private DownloadedFile save(
      URI address,
      HttpURLConnection answer,
      Path folder,
      DownloadMemory memory,
      @Nullable Digest checksum,
      String key)
      throws IOException {
    Path file = folder.resolve(key);
    Files.deleteIfExists(file);
    MessageDigest sha256 = Digest.newSha256();
    MessageDigest asked =
        checksum == null || checksum.algorithm().equals("sha256")
            ? null
            : checksum.newMessageDigest();
    long size = 0;
    try (InputStream in = answer.getInputStream();
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted"); // these sockets pay no heed to that
        }
        out.write(buffer, 0, count);
        sha256.update(buffer, 0, count);
        if (asked != null) {
          asked.update(buffer, 0, count);
        }
        size += count;
      }
    }
    checkWhole(answer, size);
    Digest digest = Digest.of(sha256);
    if (checksum != null) {
      Digest same =
          asked == null
              ? digest
              : new Digest(
                  checksum.algorithm(), java.util.HexFormat.of().formatHex(asked.digest()));
      check(address, same, checksum, digest);
    }
    DownloadFacts facts = DownloadFacts.of(answer);
    Path content = memory.keep(key, facts.toBytes(digest, size), digest, file);
    return facts.file(address, content, digest, size, false);
  }

  /**
   * @param found in the algorithm of the checksum that was asked for
   * @param content SHA-256 of what was found
   */
  private static void check(URI address, Digest found, @Nullable Digest checksum, Digest content) {
    if (checksum == null || found.equals(checksum)) {
      return;
    }
    if (!found.algorithm().equals(checksum.algorithm())) {
      throw new BuildException(
          "what is kept of " + withoutSecrets(address) + " has no " + checksum.algorithm(),
          "give its sha256, which is " + content);
    }
    throw new BuildException(
        withoutSecrets(address) + " has the checksum " + found + ", not " + checksum,
        "if the file may have changed, write its new checksum; if not, do not use it");
  }

  /** HttpURLConnection takes the end of a connection for the end of the file. */
  private static void checkWhole(HttpURLConnection answer, long size) throws IOException {
    long announced = answer.getContentLengthLong();
    if (announced >= 0 && announced != size) {
      throw new IOException("the connection ended after " + size + " of " + announced + " bytes");
    }
  }

  private HttpURLConnection request(URI address, @Nullable DownloadFacts known) {
    URI at = address;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpURLConnection answer = null;
      try {
        answer = open(at, at.getRawAuthority().equals(address.getRawAuthority()), known);
        int status = status(answer);
        if (isRedirect(status)) {
          String location = answer.getHeaderField("Location");
          answer.disconnect();
          at = target(address, at, location);
          continue;
        }
        boolean asked = known != null && status == HttpURLConnection.HTTP_NOT_MODIFIED;
        if (status != HttpURLConnection.HTTP_OK && !asked) {
          answer.disconnect();
          throw new BuildException(
              "fetching " + withoutSecrets(address) + " was answered with status " + status,
              remedy(status));
        }
        return answer;
      } catch (IOException e) {
        if (answer != null) {
          answer.disconnect();
        }
        throw failed(address, e);
      }
    }
    throw new BuildException(
        "fetching " + withoutSecrets(address) + " led to more than " + MAX_REDIRECTS + " redirects",
        "check the address");
  }

  private HttpURLConnection open(URI at, boolean sameHost, @Nullable DownloadFacts known)
      throws IOException {
    Proxy proxy = proxies.select(at).get(0);
    if (!(at.toURL().openConnection(proxy) instanceof HttpURLConnection connection)) {
      throw new IOException("it is no address of http or https");
    }
    if (connection instanceof HttpsURLConnection secure && tls != null) {
      secure.setSSLSocketFactory(tls);
    }
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setRequestProperty("User-Agent", "sealos-build");
    connection.setRequestProperty("Accept", "*/*");
    String user = at.getUserInfo();
    if (user != null && sameHost) {
      byte[] credentials = user.getBytes(StandardCharsets.UTF_8);
      connection.setRequestProperty(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }
    if (known != null && !known.entityTag().isEmpty()) {
      connection.setRequestProperty("If-None-Match", known.entityTag());
    } else if (known != null) {
      connection.setRequestProperty("If-Modified-Since", known.lastModified());
    }
    return connection;
  }

  private static int status(HttpURLConnection answer) throws IOException {
    int status = answer.getResponseCode();
    if (status < 0) {
      throw new IOException("the answer is not HTTP");
    }
    return status;
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case HttpURLConnection.HTTP_MOVED_PERM,
          HttpURLConnection.HTTP_MOVED_TEMP,
          HttpURLConnection.HTTP_SEE_OTHER,
          TEMPORARY_REDIRECT,
          PERMANENT_REDIRECT ->
          true;
      default -> false;
    };
  }

  private static URI target(URI address, URI at, @Nullable String location) throws IOException {
    URI target;
    try {
      target = at.resolve(String.valueOf(location));
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to what is no address", e);
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(java.util.Locale.ROOT);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (location == null || !web || target.getHost() == null) {
      throw new IOException("it redirects to what is no web address");
    }
    if (scheme.equals("http") && at.getScheme().equalsIgnoreCase("https")) {
      throw new BuildException(
          "fetching "
              + withoutSecrets(address)
              + " was redirected from https to "
              + withoutSecrets(target),
          "use an address that stays with https");
    }
    return target;
  }

  private static String remedy(int status) {
    return switch (status) {
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
          "check that the address may be read by who asks";
      default -> status >= 500 ? "try again, or ask who runs the server" : "check the address";
    };
  }

  private static BuildException failed(URI address, IOException e) {
    String reason = e.getClass().getSimpleName() + ": " + e.getMessage();
    if (e instanceof UnknownHostException) {
      reason = "the host " + address.getHost() + " is not known";
    } else if (e instanceof SocketTimeoutException) {
      reason = "the server took too long";
    } else if (e instanceof SSLException) {
      reason = "no secure connection: " + e.getMessage();
    } else if (e.getClass() == IOException.class) {
      reason = String.valueOf(e.getMessage());
    }
    return new BuildException(
        "fetching " + withoutSecrets(address) + " failed: " + reason,
        "check the address and the network",
        e);
  }
}
