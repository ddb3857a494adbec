package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** A repository elsewhere: what its refs are, and fetching one commit of it. */
final class GitRemote {
  private static final Pattern WHOLE_ID = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern PART_OF_ID = Pattern.compile("[0-9a-f]{4,39}");

  private final Repository local;
  private final String remote;
  private final boolean branchesFirst;
  private final ProxyVariables proxies;
  private final int timeoutSeconds;

  /**
   * What a ref was found to be.
   *
   * @param ref its full name; empty where an id was given
   * @param id of the commit or tag
   */
  record Target(String ref, ObjectId id) {}

  GitRemote(
      Repository local,
      String remote,
      boolean branchesFirst,
      ProxyVariables proxies,
      int timeoutSeconds) {
    this.local = local;
    this.remote = remote;
    this.branchesFirst = branchesFirst;
    this.proxies = proxies;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * What the name stands for there.
   *
   * @param name as {@link GitAddress#ref}
   * @return null where only the history can tell, as of an abbreviated id
   * @throws BuildException when there is no such thing
   */
  @Nullable Target find(String name) throws IOException {
    if (WHOLE_ID.matcher(name).matches()) {
      return new Target("", ObjectId.fromString(name));
    }
    List<String> names = fullNames(name);
    Map<String, Ref> refs = refs(names);
    for (String each : names) {
      Ref ref = refs.get(each);
      if (ref != null && ref.getObjectId() != null) {
        return new Target(each, ref.getObjectId());
      }
    }
    if (PART_OF_ID.matcher(name).matches()) {
      return findAbbreviated(name);
    }
    throw new BuildException(
        GitAddress.withoutPassword(remote)
            + (name.isEmpty() ? " is empty" : " has no branch, tag or commit \"" + name + "\""),
        "name one that is there, after #");
  }

  /** Fetches the files of one commit, without its history where the server allows it. */
  void fetch(Target target) throws IOException {
    try (Transport transport = open()) {
      transport.setDepth(1);
      transport.setTagOpt(TagOpt.NO_TAGS);
      transport.fetch(NullProgressMonitor.INSTANCE, List.of(spec(target)));
    } catch (TransportException | IllegalThreadStateException e) {
      // (JGit asks ssh for its status when it has closed its output but not yet ended.)
      if (!target.ref.isEmpty()) {
        throw e;
      }
      // Not every server gives a commit that no ref stands for.
      fetchAll();
    }
    if (!local.getObjectDatabase().has(target.id)) {
      if (target.ref.isEmpty()) {
        fetchAll();
      }
      checkThere(target);
    }
  }

  /** Fetches every branch and tag with its history. */
  void fetchAll() throws IOException {
    try (Transport transport = open()) {
      transport.setDepth(Integer.MAX_VALUE);
      transport.setTagOpt(TagOpt.FETCH_TAGS);
      transport.fetch(
          NullProgressMonitor.INSTANCE,
          List.of(new RefSpec("+refs/heads/*:refs/remotes/origin/*"), Transport.REFSPEC_TAGS));
    }
  }

  private void checkThere(Target target) throws IOException {
    if (!local.getObjectDatabase().has(target.id)) {
      throw new BuildException(
          GitAddress.withoutPassword(remote) + " has no commit " + target.id.name(),
          target.ref.isEmpty() ? "check the id" : "it has just changed: build again");
    }
  }

  private static RefSpec spec(Target target) {
    if (target.ref.isEmpty()) {
      return new RefSpec(target.id.name());
    }
    String destination =
        target.ref.startsWith("refs/tags/")
            ? target.ref
            : "refs/remotes/origin/" + target.ref.replaceFirst("^refs/(heads/)?", "");
    return new RefSpec("+" + target.ref + ":" + destination);
  }

  /** The full names that a name may stand for, the first that exists counts. */
  private List<String> fullNames(String name) {
    if (name.isEmpty()) {
      return List.of("HEAD");
    }
    String tag = "refs/tags/" + name;
    String branch = "refs/heads/" + name;
    Set<String> names = new LinkedHashSet<>();
    names.add(name);
    names.add("refs/" + name);
    names.add(branchesFirst ? branch : tag);
    names.add(branchesFirst ? tag : branch);
    return new ArrayList<>(names);
  }

  private @Nullable Target findAbbreviated(String name) throws IOException {
    Target found = null;
    for (Ref ref : refs(List.of()).values()) {
      for (ObjectId id : new ObjectId[] {ref.getObjectId(), ref.getPeeledObjectId()}) {
        if (id != null && id.name().startsWith(name)) {
          if (found != null && !found.id.equals(id)) {
            return null;
          }
          found = new Target("", id.copy());
        }
      }
    }
    return found;
  }

  private Map<String, Ref> refs(List<String> beginnings) throws IOException {
    try (Transport transport = open();
        FetchConnection connection =
            transport.openFetch(List.of(), beginnings.toArray(String[]::new))) {
      return connection.getRefsMap();
    }
  }

  private Transport open() throws TransportException, NotSupportedException {
    try {
      Transport transport = Transport.open(local, new URIish(remote));
      transport.setTimeout(timeoutSeconds);
      if (transport instanceof TransportHttp http) {
        http.setHttpConnectionFactory(new Connections(proxies));
      }
      return transport;
    } catch (URISyntaxException e) {
      throw new BuildException(
          "\"" + GitAddress.withoutPassword(remote) + "\" is no address of a git repository",
          "mend the address");
    }
  }

  /** Connections through the proxy that the environment names, not the one that Java knows of. */
  private static final class Connections extends JDKHttpConnectionFactory {
    private final ProxyVariables proxies;

    Connections(ProxyVariables proxies) {
      this.proxies = proxies;
    }

    @Override
    public HttpConnection create(URL address, @Nullable Proxy proxy) throws IOException {
      return super.create(address, proxies.select(URI.create(address.toString())).get(0));
    }
  }
}
