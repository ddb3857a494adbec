package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Files of web servers that are no registries, such as signatures beside one. They are asked for
 * without credentials; plain HTTP is used where the address says so.
 */
public final class WebFiles {
  private static final int MAX_REDIRECTS = 5;

  private final RegistryClient client;

  public WebFiles(RegistryClient client) {
    this.client = client;
  }

  /**
   * Fetches a file.
   *
   * @param what is being done, for messages
   * @return empty where there is none
   * @throws BuildException when the server cannot be reached or refuses, or the file has more than
   *     so many bytes
   */
  public Optional<byte[]> read(URI address, int maxBytes, String what) {
    try (HttpResponse answer = client.repetition.of(what, () -> get(address))) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      if (answer.status() != 200) {
        throw new BuildException(
            what + ": " + Origin.of(answer.from()) + " answered " + answer.status(),
            "check the address " + address.getPath());
      }
      byte[] bytes = answer.body().readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BuildException(
            what + ": " + address.getPath() + " has more than " + maxBytes + " bytes", "");
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw RegistryFailure.unreachable(what, String.valueOf(address.getAuthority()), e);
    }
  }

  private HttpResponse get(URI address) throws IOException {
    URI at = address;
    for (int redirects = 0; ; redirects++) {
      HttpResponse answer =
          client.transport.exchange(
              new HttpRequest("GET", at, Map.of(), null), client.verifiesElsewhere(), false);
      if (!answer.isRedirect()) {
        return answer;
      }
      answer.close();
      URI next = answer.location();
      if (next == null || redirects == MAX_REDIRECTS) {
        throw new ProtocolException("redirects that lead nowhere");
      }
      if (Origin.of(at).tls() && !Origin.of(next).tls()) {
        throw new ProtocolException("a redirect to an address without TLS");
      }
      at = next;
    }
  }
}
