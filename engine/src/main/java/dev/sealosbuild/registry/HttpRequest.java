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
 */
record HttpRequest(String method, URI uri, Map<String, String> headers, @Nullable Body body) {

  HttpRequest withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpRequest(method, uri, more, body);
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
