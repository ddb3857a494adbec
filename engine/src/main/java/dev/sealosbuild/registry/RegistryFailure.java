package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What is told when a registry cannot be reached, or will not do what it was asked. */
final class RegistryFailure {
  private static final int MAX_ERROR_BODY = 16 << 10;
  private static final int MAX_DETAIL = 300;

  private RegistryFailure() {}

  /** The registry answered, but not as hoped. Closes the answer. */
  static BuildException refused(String what, HttpResponse answer, Authorization authorization) {
    try (answer) {
      String from = origin(answer);
      String detail = detail(answer, authorization);
      String problem = what + ": " + from + " answered " + answer.status() + detail;
      String remedy = remedy(answer.status(), from, authorization);
      return new RefusedException(answer.status(), problem, remedy);
    }
  }

  /** The token server would not give a token. */
  static BuildException ofTokenServer(
      String what, Origin origin, HttpResponse answer, Authorization authorization) {
    String detail = detail(answer, authorization);
    return new BuildException(
        what + ": " + origin + " gave no token but answered " + answer.status() + detail,
        remedy(answer.status(), origin.toString(), authorization));
  }

  /** No answer, or none that could be read to its end. */
  static BuildException unreachable(String what, String server, IOException e) {
    if (e instanceof UnknownHostException) {
      return failure(what, server, "has no address", "check the name and the network", e);
    }
    if (e instanceof ConnectException) {
      return failure(
          what, server, "cannot be reached: " + e.getMessage(), "check that it is running", e);
    }
    if (e instanceof SocketTimeoutException) {
      boolean connecting = String.valueOf(e.getMessage()).contains("onnect");
      int waited = (connecting ? Transport.CONNECT_MILLIS : Transport.SILENCE_MILLIS) / 1000;
      int seconds = e instanceof SilenceException silence ? silence.seconds() : waited;
      return failure(
          what,
          server,
          (connecting ? "could not be connected to within " : "sent nothing for ") + seconds + " s",
          "check the network, and try again",
          e);
    }
    if (e instanceof SSLException) {
      return ofTls(what, server, e);
    }
    if (e instanceof ProtocolException) {
      return failure(
          what, server, "answered with " + e.getMessage(), "check that it is a registry", e);
    }
    return failure(what, server, "broke the connection: " + e.getMessage(), "try again", e);
  }

  /** One line, of bounded length, without characters that would drive a terminal. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && line.length() < MAX_DETAIL; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c);
    }
    return line.length() < text.length() ? line.append('…').toString() : line.toString();
  }

  private static BuildException ofTls(String what, String server, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("plaintext connection")
        || message.contains("Unsupported or unrecognized")) {
      return failure(
          what,
          server,
          "does not speak HTTPS",
          "use --tls-verify=false if this registry is meant to be used over plain HTTP",
          e);
    }
    boolean untrusted =
        e instanceof SSLPeerUnverifiedException
            || message.contains("certificat")
            || message.contains("PKIX")
            || message.contains("No name matching")
            || message.contains("No subject alternative");
    return failure(
        what,
        server,
        (untrusted ? "has a certificate that is not trusted: " : "failed in TLS: ") + message,
        "put its authority's certificate as a file .crt into a folder, and name that by --cert-dir;"
            + " or use --tls-verify=false",
        e);
  }

  private static BuildException failure(
      String what, String server, String found, String remedy, IOException cause) {
    return new BuildException(what + ": " + server + " " + oneLine(found), remedy, cause);
  }

  private static String remedy(int status, String from, Authorization authorization) {
    return switch (status) {
      case 401, 403 -> remedyOfCredentials(status, authorization.found());
      case 404 -> "check the name";
      case 413 -> "let the registry, or the proxy before it, take larger uploads";
      case 429 -> "wait, then try again; logged in, one may ask more often";
      default -> status >= 500 ? "try again, or look into the log of " + from : "";
    };
  }

  private static String remedyOfCredentials(int status, FoundCredentials found) {
    if (found.credentials() == null) {
      return "pass --creds, or log in: no credentials were found in " + found.where();
    }
    return status == 401
        ? "check the user name and the password from " + found.where()
        : "ask for this right, or use other credentials than those from " + found.where();
  }

  /** The registry's own words, {@code (CODE: message)}; empty where it has none. */
  private static String detail(HttpResponse answer, Authorization authorization) {
    try {
      byte[] body = answer.body().readNBytes(MAX_ERROR_BODY);
      if (body.length == 0) {
        return "";
      }
      JsonObject json = Json.readObject(body, "error");
      List<JsonObject> errors = json.objects("errors");
      JsonObject error = errors.isEmpty() ? json : errors.get(0);
      String code = error.string("code");
      String message = error.string("message");
      String words = (code == null ? "" : code + ": ") + (message == null ? "" : message);
      return words.isEmpty() ? "" : " (" + oneLine(authorization.redact(words)) + ")";
    } catch (IOException | BuildException e) {
      // The status alone has to do: what came with it is not an error of the specification's form.
      return "";
    }
  }

  private static String origin(HttpResponse answer) {
    try {
      return Origin.of(answer.from()).toString();
    } catch (IOException e) {
      return "the registry";
    }
  }
}
