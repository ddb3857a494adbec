package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests about one repository: to the right address, with what authorizes them, redirected and
 * repeated where that is allowed.
 *
 * <p>Credentials and tokens go to the registry itself alone, and credentials to the token server
 * that it names; a redirect to another host is followed without them.
 */
final class RegistrySession {
  private static final int MAX_REDIRECTS = 5;

  private final String registry;
  private final Origins origins;
  private final Transport transport;
  private final Authorization authorization;
  private final boolean plainAllowed;
  private final Repetition repetition;

  /**
   * A request to the registry.
   *
   * @param what is being done, for messages, such as {@code push of localhost:5000/app:1}
   * @param method of HTTP
   * @param address an absolute address or a path
   * @param headers besides those that every request has
   * @param body null for none
   * @param scope that it needs
   * @param commits how many bytes the registry puts in place before it answers
   */
  record Call(
      String what,
      String method,
      String address,
      Map<String, String> headers,
      HttpRequest.@Nullable Body body,
      Scope scope,
      long commits) {

    Call(
        String what,
        String method,
        String address,
        Map<String, String> headers,
        HttpRequest.@Nullable Body body,
        Scope scope) {
      this(what, method, address, headers, body, scope, 0);
    }

    Call(String what, String method, String address, Scope scope) {
      this(what, method, address, Map.of(), null, scope);
    }

    private boolean onlyReads() {
      return method.equals("GET") || method.equals("HEAD");
    }
  }

  RegistrySession(
      String registry,
      Origins origins,
      Transport transport,
      Authorization authorization,
      boolean plainAllowed,
      Repetition repetition) {
    this.registry = registry;
    this.origins = origins;
    this.transport = transport;
    this.authorization = authorization;
    this.plainAllowed = plainAllowed;
    this.repetition = repetition;
  }

  /**
   * Sends the request, again where that may help, and returns the answer, whatever its status, for
   * the caller to close.
   *
   * @throws BuildException when there is no answer, or a token server refuses
   */
  HttpResponse send(Call call) {
    return send(call.what(), () -> sendOnce(call));
  }

  /** Sends the requests that only together can be repeated. */
  HttpResponse send(String what, Repetition.Exchange exchange) {
    try {
      return repetition.of(what, exchange);
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  /** Sends a request that must not be repeated. */
  HttpResponse sendFinally(Call call) {
    try {
      return sendOnce(call);
    } catch (IOException e) {
      throw failure(call.what(), e);
    }
  }

  Repetition.Attempts attempts(String what) {
    return repetition.attempts(what);
  }

  /** Opens the request of an upload whose bytes are still being made. */
  BlobUpload.Channel open(Call call) {
    try {
      HttpRequest request = authorized(call, uri(call.address()));
      URI uri = request.uri();
      HttpConnection connection =
          transport.connect(new Peer(Origin.of(uri), !plainAllowed, isOwn(uri)));
      try {
        return new BlobUpload.Channel(transport, connection, request, connection.begin(request));
      } catch (IOException | RuntimeException e) {
        transport.release(connection, false);
        throw e;
      }
    } catch (IOException e) {
      throw failure(call.what(), e);
    }
  }

  /** What is to be told when the registry could not be talked to. */
  BuildException failure(String what, IOException e) {
    return RegistryFailure.unreachable(what, "registry " + registry, e);
  }

  /** What is to be told when the registry answered otherwise than hoped. Closes the answer. */
  BuildException refused(String what, HttpResponse answer) {
    return RegistryFailure.refused(what, answer, authorization);
  }

  /** What is to be told when the registry answered something that it must not. */
  BuildException wrong(String what, String found) {
    return new BuildException(
        what + ": registry " + registry + " " + RegistryFailure.oneLine(found),
        "try again, or report it to who runs the registry");
  }

  /** Sends the request; the answer has any status. */
  HttpResponse sendOnce(Call call) throws IOException {
    URI uri = uri(call.address());
    HttpResponse answer = sendAuthorized(call, uri);
    for (int redirects = 0; answer.isRedirect() && call.onlyReads(); redirects++) {
      answer.close();
      if (redirects == MAX_REDIRECTS) {
        throw new ProtocolException("more than " + MAX_REDIRECTS + " redirects");
      }
      uri = redirect(answer);
      answer = sendOnward(call, uri);
    }
    return answer;
  }

  private HttpResponse sendOnward(Call call, URI uri) throws IOException {
    try {
      return sendAuthorized(call, uri);
    } catch (IOException e) {
      if (Repetition.isPassing(e) || isOwn(uri)) {
        throw e;
      }
      throw RegistryFailure.unreachable(
          call.what(), Origin.of(uri) + ", where registry " + registry + " sends to,", e);
    }
  }

  private HttpResponse sendAuthorized(Call call, URI uri) throws IOException {
    HttpRequest request = authorized(call, uri);
    boolean own = isOwn(uri);
    HttpResponse answer = transport.exchange(request, !plainAllowed, own);
    if (answer.status() == 401 && own && renew(call, request, answer)) {
      return transport.exchange(authorized(call, uri), !plainAllowed, true);
    }
    return answer;
  }

  private boolean renew(Call call, HttpRequest request, HttpResponse answer) throws IOException {
    try {
      String refused = request.headers().get("Authorization");
      if (authorization.renew(call.scope(), refused, answer, call.what()) == null) {
        return false;
      }
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
    answer.close();
    return true;
  }

  private HttpRequest authorized(Call call, URI uri) throws IOException {
    HttpRequest request =
        new HttpRequest(call.method(), uri, call.headers(), call.body(), call.commits());
    String header = isOwn(uri) ? authorization.header(call.scope()) : null;
    return header == null ? request : request.withHeader("Authorization", header);
  }

  private boolean isOwn(URI uri) throws IOException {
    return Origin.of(uri).equals(origins.of(registry, !plainAllowed));
  }

  private URI uri(String address) throws IOException {
    try {
      URI uri = URI.create(address);
      return uri.isAbsolute()
          ? checked(uri)
          : URI.create(origins.of(registry, !plainAllowed) + address);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("an address that is not one");
    }
  }

  private URI redirect(HttpResponse answer) throws IOException {
    URI target = answer.location();
    if (target == null) {
      throw new ProtocolException("a redirect to nowhere");
    }
    return checked(target);
  }

  /** What began encrypted does not go on in the clear. */
  private URI checked(URI uri) throws IOException {
    if (!Origin.of(uri).tls() && !plainAllowed) {
      throw new ProtocolException("an address without TLS, " + Origin.of(uri));
    }
    return uri;
  }
}
