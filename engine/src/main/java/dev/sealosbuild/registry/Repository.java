package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * What one repository of one registry is asked and told.
 *
 * @param place the image's name there, by its tag or digest where one is asked for
 */
record Repository(Endpoint place, RegistrySession session) {
  static final Map<String, String> OCTETS = Map.of("Content-Type", "application/octet-stream");

  private static final Map<String, String> ACCEPT =
      Map.of(
          "Accept",
          String.join(
              ", ",
              MediaType.OCI_MANIFEST,
              MediaType.OCI_INDEX,
              MediaType.DOCKER_MANIFEST,
              MediaType.DOCKER_MANIFEST_LIST));

  /** What is being done, for messages. */
  static String pulling(Descriptor blob, ImageReference repository) {
    return "pull of blob " + blob.digest() + " of " + repository.name();
  }

  Optional<Descriptor> resolve(boolean push) {
    Scope scope = push ? pushScope() : pullScope();
    String what = place.what("search for " + place.named(), "at");
    HttpResponse answer = session.send(manifestCall(what, "HEAD", scope));
    try (answer) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      String length = answer.header("content-length");
      ManifestAnswer manifest = new ManifestAnswer(session, what, answer);
      Digest digest = manifest.digest();
      if (answer.status() == 200 && digest != null && length != null) {
        Digest wanted = place.at().digest();
        if (wanted != null && !wanted.equals(digest)) {
          throw session.wrong(what, "has " + digest + " in its place");
        }
        return Optional.of(
            new Descriptor(manifest.mediaType(), digest, BodyInput.number(length, 10)));
      }
    } catch (IOException e) {
      throw session.failure(what, e);
    }
    if (answer.status() != 200 && answer.status() != 405) {
      throw session.refused(what, answer);
    }
    FetchedManifest fetched = manifest();
    return Optional.of(
        new Descriptor(fetched.mediaType(), fetched.digest(), fetched.bytes().length));
  }

  FetchedManifest manifest() {
    String what = place.what("pull of " + place.named(), "from");
    RegistrySession.Call call = manifestCall(what, "GET", pullScope());
    Repetition.Attempts attempts = session.attempts(what);
    while (true) {
      HttpResponse answer = session.send(call);
      if (answer.status() != 200) {
        throw session.refused(what, answer);
      }
      ManifestAnswer manifest = new ManifestAnswer(session, what, answer);
      try {
        return manifest.verified(place.at(), manifest.read());
      } catch (IOException e) {
        if (!Repetition.isPassing(e) || !attempts.again(null)) {
          throw session.failure(what, e);
        }
      }
    }
  }

  /** An answer whose body is the blob from this byte on. */
  HttpResponse blob(String what, Descriptor blob, long offset) throws IOException {
    Map<String, String> range = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
    String address = Paths.blob(place.at(), blob.digest());
    RegistrySession.Call call =
        new RegistrySession.Call(what, "GET", address, range, null, pullScope());
    return rest(session, what, blob, offset, session.send(call));
  }

  /**
   * An answer whose body is the blob from this byte on, whether or not the registry knows ranges.
   */
  private static HttpResponse rest(
      RegistrySession session, String what, Descriptor blob, long offset, HttpResponse answer)
      throws IOException {
    String range = answer.header("content-range");
    boolean part = answer.status() == 206 && offset > 0;
    if (!part && answer.status() != 200) {
      throw session.refused(what, answer);
    }
    if (part && (range == null || !range.startsWith("bytes " + offset + "-"))) {
      answer.close();
      throw session.wrong(what, "sent another part of it than was asked for");
    }
    long expected = part ? blob.size() - offset : blob.size();
    String length = answer.header("content-length");
    if (length != null && !length.equals(Long.toString(expected))) {
      answer.close();
      throw session.wrong(what, "has " + length + " bytes of it instead of " + expected);
    }
    try {
      answer.body().skipNBytes(part ? 0 : offset);
      return answer;
    } catch (IOException e) {
      answer.close();
      throw e;
    }
  }

  boolean hasBlob(Digest blob) {
    String what = place.what("search for blob " + blob + " in " + place.named().name(), "at");
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(what, "HEAD", Paths.blob(place.at(), blob), pullScope()));
    if (answer.status() != 200 && answer.status() != 404) {
      throw session.refused(what, answer);
    }
    answer.close();
    return answer.status() == 200;
  }

  /**
   * @param source path of the repository that has the blob, in the same registry
   */
  boolean mountBlob(Digest blob, String source) {
    String what = "mount of blob " + blob + " from " + source + " to " + place.at().name();
    Scope scope = new Scope(place.at().repository(), true, source);
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(what, "POST", Paths.mount(place.at(), blob, source), scope));
    if (answer.status() == 201) {
      requireCreated(session, what, answer, blob);
      return true;
    }
    if (answer.status() >= 500) {
      throw session.refused(what, answer);
    }
    try (answer) {
      // 202 opened an upload instead; any refusal will be told by the push that now follows.
      URI upload = answer.status() == 202 ? answer.location() : null;
      if (upload != null) {
        cancelUpload(session, what, upload.toString(), pushScope());
      }
      return false;
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }

  void pushBlob(Descriptor blob, BlobSource source) {
    String what = place.what("push of blob " + blob.digest() + " to " + place.named().name(), "at");
    BlobBody body = new BlobBody(what, blob.size(), source);
    Scope scope = pushScope();
    HttpResponse answer =
        session.send(
            what,
            () -> {
              HttpResponse begun = session.sendOnce(beginning(what));
              if (Repetition.isPassing(begun.status())) {
                return begun;
              }
              String upload = Paths.withDigest(upload(session, what, begun), blob.digest());
              return session.sendOnce(
                  new RegistrySession.Call(what, "PUT", upload, OCTETS, body, scope, blob.size()));
            });
    requireCreated(session, what, answer, blob.digest());
  }

  BlobUpload startUpload() {
    String what = place.what("push of a blob to " + place.named().name(), "at");
    HttpResponse begun = session.send(beginning(what));
    return new BlobUpload(session, what, upload(session, what, begun), pushScope());
  }

  /** Puts a manifest there, whatever there was before. */
  void pushManifest(String mediaType, byte[] bytes, Digest digest) {
    String what = place.what("push of " + place.named(), "at");
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what,
                "PUT",
                Paths.manifest(place.at()),
                Map.of("Content-Type", mediaType),
                HttpRequest.Body.of(bytes),
                pushScope()));
    requireCreated(session, what, answer, digest);
  }

  /** Checks that the registry now has something under this digest. Closes the answer. */
  static void requireCreated(
      RegistrySession session, String what, HttpResponse answer, Digest digest) {
    if (answer.status() / 100 != 2) {
      throw session.refused(what, answer);
    }
    try (answer) {
      String kept = answer.header("docker-content-digest");
      if (kept != null && !kept.equals(digest.toString())) {
        throw session.wrong(what, "keeps it as " + kept + " instead of " + digest);
      }
    }
  }

  /** Lets the registry forget an upload; it would, some day, by itself. */
  static void cancelUpload(RegistrySession session, String what, String upload, Scope scope) {
    try {
      session.sendFinally(new RegistrySession.Call(what, "DELETE", upload, scope)).close();
    } catch (BuildException e) {
      // Nobody waits for this upload any more, and an older failure may be on its way up.
      return;
    }
  }

  private Scope pullScope() {
    return Scope.pull(place.at().repository());
  }

  private Scope pushScope() {
    return Scope.push(place.at().repository());
  }

  private RegistrySession.Call manifestCall(String what, String method, Scope scope) {
    return new RegistrySession.Call(what, method, Paths.manifest(place.at()), ACCEPT, null, scope);
  }

  private RegistrySession.Call beginning(String what) {
    return new RegistrySession.Call(what, "POST", Paths.uploads(place.at()), pushScope());
  }

  /** Where the upload goes that the registry began. Closes the answer. */
  private static String upload(RegistrySession session, String what, HttpResponse answer) {
    if (answer.status() != 202) {
      throw session.refused(what, answer);
    }
    try (answer) {
      URI upload = answer.location();
      if (upload == null) {
        throw session.wrong(what, "does not say where to upload to");
      }
      return upload.toString();
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }
}
