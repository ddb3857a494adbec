package dev.sealosbuild.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer. Closing it gives the connection back for the next request.
 *
 * @param from where it came from, after redirects
 * @param status such as 200
 * @param headers by name in lower case; several of one name are joined by commas
 * @param body never longer than the answer's own framing says; to be read before closing
 */
record HttpResponse(URI from, int status, Map<String, String> headers, InputStream body)
    implements AutoCloseable {

  @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** The address in the Location header, made absolute; null where there is none. */
  @Nullable URI location() throws IOException {
    String location = header("location");
    if (location == null) {
      return null;
    }
    try {
      return URI.create(from.resolve(location).toASCIIString());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a Location header that is not an address");
    }
  }

  boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // The answer was read as far as anybody wanted it, and the connection is not used again.
      return;
    }
  }
}
