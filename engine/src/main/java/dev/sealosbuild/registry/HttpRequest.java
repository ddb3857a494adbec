package dev.sealosbuild.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param method such as {@code GET}
 * @param uri absolute
 * @param headers besides Host, User-Agent and the ones that frame the body
 * @param body null for none
 * @param commits how many bytes the server puts in place before it answers, which it is given time
 *     for
 */
record HttpRequest(
    String method, URI uri, Map<String, String> headers, @Nullable Body body, long commits) {

  HttpRequest(String method, URI uri, Map<String, String> headers, @Nullable Body body) {
    this(method, uri, headers, body, 0);
  }

  HttpRequest withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpRequest(method, uri, more, body, commits);
  }

  /** Without the headers and the query, which may hold secrets. */
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getAuthority() + uri.getPath();
  }

  /** Bytes to be sent; may be asked for them again when the request has to be repeated. */
  interface Body {
    /** How many bytes there are. */
    long length();

    /** Writes exactly {@link #length()} bytes. */
    void writeTo(OutputStream out) throws IOException;

    /** A body that is in memory already. */
    static Body of(byte[] bytes) {
      return new Body() {
        @Override
        public long length() {
          return bytes.length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
          out.write(bytes);
        }
      };
    }
  }
}
