package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signatures that a registry itself keeps, as OpenShift's does.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/signature-protocols.md">containers/image,
 *     signature access protocols</a>
 */
public final class SignatureExtension {
  private static final int MAX_BYTES = 32 << 20;
  private static final String ATOMIC = "atomic";
  private static final long VERSION = 2;

  private final RegistryClient client;

  public SignatureExtension(RegistryClient client) {
    this.client = client;
  }

  /** Whether the registry says that it keeps signatures. */
  public boolean isOffered(ImageReference image) {
    String what = "search for signatures of " + image;
    Repository home = client.home(image);
    RegistrySession session = home.session();
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what, "GET", "/v2/", Scope.pull(home.place().at().repository())));
    try (answer) {
      return "1".equals(answer.header("x-registry-supports-signatures"));
    }
  }

  /** The OpenPGP signatures that the registry has for a manifest. */
  public List<byte[]> read(ImageReference image, Digest manifest) {
    String what = "pull of the signatures of " + image;
    Repository home = client.home(image);
    RegistrySession session = home.session();
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what, "GET", address(home, manifest), Scope.pull(home.place().at().repository())));
    if (answer.status() == 404) {
      answer.close();
      return List.of();
    }
    if (answer.status() != 200) {
      throw session.refused(what, answer);
    }
    try (answer) {
      byte[] body = answer.body().readNBytes(MAX_BYTES + 1);
      if (body.length > MAX_BYTES) {
        throw session.wrong(what, "sent more than 32 MiB of them");
      }
      List<byte[]> signatures = new ArrayList<>();
      for (JsonObject one : Json.readObject(body, what).objects("signatures")) {
        if (one.number("schemaVersion", 0) == VERSION && ATOMIC.equals(one.string("type"))) {
          signatures.add(Base64.getDecoder().decode(one.requiredString("content")));
        }
      }
      return signatures;
    } catch (IllegalArgumentException e) {
      throw session.wrong(what, "sent a signature that is not base64");
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }

  /**
   * Gives the registry one more signature.
   *
   * @throws BuildException when it does not take it
   */
  public void add(ImageReference image, Digest manifest, byte[] signature) {
    String what = "push of a signature of " + image;
    byte[] name = new byte[16];
    new SecureRandom().nextBytes(name);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", VERSION);
    json.put("name", manifest + "@" + HexFormat.of().formatHex(name));
    json.put("type", ATOMIC);
    json.put("content", Base64.getEncoder().encodeToString(signature));
    Repository home = client.home(image);
    RegistrySession session = home.session();
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what,
                "PUT",
                address(home, manifest),
                Map.of("Content-Type", "application/json"),
                HttpRequest.Body.of(Json.write(json)),
                Scope.push(home.place().at().repository())));
    if (answer.status() / 100 != 2) {
      throw session.refused(what, answer);
    }
    answer.close();
  }

  private static String address(Repository home, Digest manifest) {
    return "/extensions/v2/" + home.place().at().repository() + "/signatures/" + manifest;
  }
}
