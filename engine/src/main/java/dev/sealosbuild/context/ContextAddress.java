package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where files of a build come from, as a user names it: the CONTEXT of a build, the value of {@code
 * --build-context NAME=}, or a source of ADD. Nothing is opened here.
 *
 * @see <a href="https://docs.docker.com/build/concepts/context/">docker's manual, build context</a>
 */
public sealed interface ContextAddress {

  /** A directory or an archive of this machine; which of them, its opener sees. */
  record Local(Path path) implements ContextAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** {@code -}: an archive, or else the text of an instruction file. */
  record StandardInput() implements ContextAddress {
    @Override
    public String toString() {
      return "standard input";
    }
  }

  /** A commit of a git repository. */
  record Git(GitAddress address) implements ContextAddress {
    @Override
    public String toString() {
      return address.toString();
    }
  }

  /** An archive or a single file on a web server. */
  record Http(URI address) implements ContextAddress {
    /** Without user, password and query, which may be secrets. */
    @Override
    public String toString() {
      return HttpDownloader.withoutSecrets(address);
    }
  }

  /** An image of the store or of a registry; the reference as it was written. */
  record Image(String reference) implements ContextAddress {
    @Override
    public String toString() {
      return reference;
    }
  }

  /** An image of an OCI image layout: {@code PATH[:TAG][@DIGEST]} as it was written. */
  record OciLayout(String reference) implements ContextAddress {
    @Override
    public String toString() {
      return reference;
    }
  }

  /**
   * What the CONTEXT of a build names. Everything that is no address is a path. What could be both,
   * such as {@code github.com/owner/repository}, is a path where something is there.
   *
   * @throws BuildException when an address has a mistake in it
   */
  static ContextAddress ofContext(String text) {
    if (text.isEmpty()) {
      throw new BuildException("the build context is empty", "give a directory, such as .");
    }
    if (text.equals("-")) {
      return new StandardInput();
    }
    if (!text.contains("://") && exists(text)) {
      return new Local(Path.of(text));
    }
    Optional<ContextAddress> remote = ofSource(text);
    if (remote.isPresent()) {
      return remote.get();
    }
    if (text.startsWith("github.com/")) {
      // buildah takes the archive of a branch "master" here, where BuildKit clones; a clone has
      // the same files and finds the branch that there is.
      return new Git(GitAddress.parse("https://" + text));
    }
    return local(text);
  }

  /**
   * What {@code --build-context NAME=} gives: what a CONTEXT may be, but for standard input, or an
   * image.
   *
   * @throws BuildException when an address has a mistake in it
   */
  static ContextAddress ofNamedContext(String text) {
    for (String scheme : new String[] {"docker-image://", "container-image://", "docker://"}) {
      if (text.startsWith(scheme)) {
        return new Image(rest(text, scheme, "such as " + scheme + "alpine:3.15"));
      }
    }
    if (text.startsWith("oci-layout://")) {
      return new OciLayout(rest(text, "oci-layout://", "such as oci-layout:///path:tag"));
    }
    if (text.equals("-")) {
      throw new BuildException(
          "a named context cannot be standard input", "give a directory, an image or an address");
    }
    return ofContext(text);
  }

  /**
   * The git or web address that a source of ADD is; empty where it is a path of the context.
   *
   * @throws BuildException when an address has a mistake in it
   */
  static Optional<ContextAddress> ofSource(String text) {
    String scheme = scheme(text);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (web && !GitAddress.isRepository(text)) {
      return Optional.of(new Http(webAddress(text)));
    }
    if (web || Set.of("git", "ssh").contains(scheme) || GitAddress.isScpLike(text)) {
      return Optional.of(new Git(GitAddress.parse(text)));
    }
    return Optional.empty();
  }

  private static ContextAddress local(String text) {
    String scheme = scheme(text);
    if (!scheme.isEmpty() && !exists(text)) {
      throw new BuildException(
          "\"" + scheme + "://\" is no scheme of a build context",
          "give a directory, an archive, -, or an address of git, ssh, http or https");
    }
    return new Local(Path.of(text));
  }

  private static boolean exists(String text) {
    return text.indexOf('\0') < 0 && Files.exists(Path.of(text));
  }

  private static String rest(String text, String scheme, String example) {
    String rest = text.substring(scheme.length());
    if (rest.isEmpty()) {
      throw new BuildException("\"" + text + "\" names no image", "name one, " + example);
    }
    return rest;
  }

  /** The scheme before {@code ://}, in lower case; empty where there is none. */
  private static String scheme(String text) {
    int end = text.indexOf("://");
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      if (!letter && (i == 0 || !other)) {
        return "";
      }
    }
    return end <= 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static URI webAddress(String text) {
    try {
      URI address = new URI(text);
      if (address.getHost() == null || address.getHost().isEmpty()) {
        throw new BuildException("\"" + withoutUser(text) + "\" names no host", "mend the address");
      }
      return address;
    } catch (URISyntaxException e) {
      // The cause has the whole text, which may have a password in it.
      throw new BuildException(
          "\"" + withoutUser(text) + "\" is no address: " + e.getReason(),
          "write characters that an address cannot have as their codes");
    }
  }

  private static String withoutUser(String text) {
    int query = text.indexOf('?');
    String shown = query < 0 ? text : text.substring(0, query);
    return shown.replaceFirst("//[^/]*@", "//");
  }
}
