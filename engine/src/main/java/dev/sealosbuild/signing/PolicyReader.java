package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy.json strictly: what is not known may be what was to protect, so it is an error.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5)</a>
 */
final class PolicyReader {
  private static final List<String> KEYS = List.of("keyPath", "keyPaths", "keyData");
  private static final List<String> SIGSTORE_KEYS =
      List.of("keyPath", "keyPaths", "keyData", "keyDatas", "fulcio", "pki");
  private static final List<String> REKOR_KEYS =
      List.of(
          "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");
  private static final Set<String> KEY_TYPES =
      Set.of("GPGKeys", "signedByGPGKeys", "X509Certificates", "signedByX509CAs");

  private final String file;

  private PolicyReader(String file) {
    this.file = file;
  }

  /**
   * Reads a policy.
   *
   * @param file names it in messages
   * @throws BuildException when it is not one, or says what is not known
   */
  static Policy read(byte[] text, String file) {
    return new PolicyReader(file).policy(Json.readObject(text, file));
  }

  private Policy policy(JsonObject json) {
    only(json, "default", "transports");
    Map<String, Map<String, List<PolicyRequirement>>> transports = new LinkedHashMap<>();
    JsonObject given = json.object("transports");
    if (given != null) {
      for (Object transport : given.members().keySet()) {
        String name = (String) transport;
        Map<String, List<PolicyRequirement>> scopes = new LinkedHashMap<>();
        JsonObject ofTransport = required(given, name);
        for (Object scope : ofTransport.members().keySet()) {
          String misfit = PolicyScopes.misfit(name, (String) scope);
          if (misfit != null) {
            throw wrong(
                given.what() + ": the scope \"" + scope + "\" of " + name + " " + misfit,
                "no image would be in it: see containers-policy.json(5), or use \"\"");
          }
          scopes.put((String) scope, requirements(ofTransport, (String) scope));
        }
        transports.put(name, scopes);
      }
    }
    return new Policy(requirements(json, "default"), transports);
  }

  private List<PolicyRequirement> requirements(JsonObject json, String member) {
    List<PolicyRequirement> requirements = new ArrayList<>();
    for (JsonObject one : json.objects(member)) {
      requirements.add(requirement(one));
    }
    if (requirements.isEmpty()) {
      throw wrong(
          json.what() + ": \"" + member + "\" has no requirements",
          "say {\"type\": \"reject\"}, or what is to be accepted");
    }
    return List.copyOf(requirements);
  }

  private PolicyRequirement requirement(JsonObject json) {
    String type = json.requiredString("type");
    return switch (type) {
      case "insecureAcceptAnything" -> {
        only(json, "type");
        yield new PolicyRequirement.AcceptAnything();
      }
      case "reject" -> {
        only(json, "type");
        yield new PolicyRequirement.Reject();
      }
      case "signedBy" -> signedBy(json);
      case "sigstoreSigned" -> sigstoreSigned(json);
      case "signedBaseLayer" -> {
        only(json, "type", "baseLayerIdentity");
        identity(required(json, "baseLayerIdentity"));
        yield new PolicyRequirement.NotChecked("signedBaseLayer");
      }
      default ->
          throw wrong(
              json.what() + ": the requirement \"" + type + "\" is not known",
              "use insecureAcceptAnything, reject, signedBy or sigstoreSigned");
    };
  }

  private PolicyRequirement signedBy(JsonObject json) {
    only(json, "type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity");
    String keyType = json.requiredString("keyType");
    if (!KEY_TYPES.contains(keyType)) {
      throw wrong(json.what() + ": the keyType \"" + keyType + "\" is not known", "use GPGKeys");
    }
    one(json, KEYS);
    SignedIdentity identity = identity(json.object("signedIdentity"));
    return keyType.equals("GPGKeys")
        ? new PolicyRequirement.SignedBy(keys(json), identity)
        : new PolicyRequirement.NotChecked("signedBy with the keyType " + keyType);
  }

  private PolicyRequirement sigstoreSigned(JsonObject json) {
    List<String> known = new ArrayList<>(SIGSTORE_KEYS);
    known.addAll(REKOR_KEYS);
    known.addAll(List.of("type", "signedIdentity"));
    only(json, known.toArray(String[]::new));
    String source = one(json, SIGSTORE_KEYS);
    SignedIdentity identity = identity(json.object("signedIdentity"));
    if (source.equals("fulcio") || source.equals("pki")) {
      required(json, source);
      return new PolicyRequirement.NotChecked("sigstoreSigned with certificates (" + source + ")");
    }
    for (String rekor : REKOR_KEYS) {
      if (json.members().get(rekor) != null) {
        return new PolicyRequirement.NotChecked(
            "sigstoreSigned with an entry of a transparency log (" + rekor + ")");
      }
    }
    return new PolicyRequirement.SigstoreSigned(keys(json), identity);
  }

  private PolicyRequirement.Keys keys(JsonObject json) {
    List<Path> files = new ArrayList<>();
    String path = json.string("keyPath");
    if (path != null) {
      files.add(Path.of(path));
    }
    List<String> paths = json.strings("keyPaths");
    if (paths != null) {
      paths.forEach(one -> files.add(Path.of(one)));
    }
    List<String> contents = new ArrayList<>();
    String single = json.string("keyData");
    if (single != null) {
      contents.add(single);
    }
    List<String> several = json.strings("keyDatas");
    if (several != null) {
      contents.addAll(several);
    }
    if (files.isEmpty() && contents.isEmpty()) {
      throw wrong(json.what() + " names no key", "name one");
    }
    return new PolicyRequirement.Keys(
        List.copyOf(files), contents.stream().map(text -> decoded(text, json)).toList());
  }

  private byte[] decoded(String text, JsonObject json) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw wrong(json.what() + ": a key is not base64", "encode the whole file by base64 -w0");
    }
  }

  private SignedIdentity identity(@Nullable JsonObject json) {
    if (json == null) {
      return new SignedIdentity.MatchRepoDigestOrExact();
    }
    String type = json.requiredString("type");
    switch (type) {
      case "matchExact", "matchRepoDigestOrExact", "matchRepository" -> only(json, "type");
      case "exactReference" -> only(json, "type", "dockerReference");
      case "exactRepository" -> only(json, "type", "dockerRepository");
      case "remapIdentity" -> only(json, "type", "prefix", "signedPrefix");
      default ->
          throw wrong(
              json.what() + ": the identity \"" + type + "\" is not known",
              "use matchRepoDigestOrExact, matchExact, matchRepository, exactReference,"
                  + " exactRepository or remapIdentity");
    }
    return switch (type) {
      case "matchExact" -> new SignedIdentity.MatchExact();
      case "matchRepository" -> new SignedIdentity.MatchRepository();
      case "exactReference" ->
          new SignedIdentity.ExactReference(reference(json, "dockerReference", true));
      case "exactRepository" ->
          new SignedIdentity.ExactRepository(reference(json, "dockerRepository", false));
      case "remapIdentity" ->
          new SignedIdentity.RemapIdentity(prefix(json, "prefix"), prefix(json, "signedPrefix"));
      default -> new SignedIdentity.MatchRepoDigestOrExact();
    };
  }

  private String reference(JsonObject json, String member, boolean exact) {
    String name = json.requiredString(member);
    ImageReference.parse(name);
    if (SignedIdentity.isExact(name) != exact) {
      throw wrong(
          json.what() + ": \"" + member + "\" is \"" + name + '"',
          exact ? "give it a tag or a digest" : "leave out the tag and the digest");
    }
    return name;
  }

  private String prefix(JsonObject json, String member) {
    String prefix = json.requiredString(member);
    int slash = prefix.indexOf('/');
    boolean tagged = slash >= 0 && prefix.indexOf(':', slash) >= 0;
    if (prefix.isEmpty() || prefix.endsWith("/") || prefix.contains("@") || tagged) {
      throw wrong(
          json.what() + ": \"" + member + "\" is \"" + prefix + '"',
          "it is a registry, a namespace or a repository");
    }
    return prefix;
  }

  private String one(JsonObject json, List<String> members) {
    List<String> found =
        members.stream().filter(member -> json.members().get(member) != null).toList();
    if (found.size() != 1) {
      throw wrong(
          json.what() + " has " + (found.isEmpty() ? "none" : "several") + " of " + members,
          "give it exactly one");
    }
    return found.get(0);
  }

  private JsonObject required(JsonObject json, String member) {
    JsonObject object = json.object(member);
    if (object == null) {
      throw wrong(json.what() + ": \"" + member + "\" is not an object", "mend it");
    }
    return object;
  }

  private void only(JsonObject json, String... known) {
    for (Object member : json.members().keySet()) {
      if (!List.of(known).contains((String) member)) {
        throw wrong(
            json.what() + ": \"" + member + "\" is not known",
            "nothing is accepted by a policy that is not understood: remove it, or mend the name");
      }
    }
  }

  private BuildException wrong(String problem, String remedy) {
    return new BuildException(problem.startsWith(file) ? problem : file + ": " + problem, remedy);
  }
}
