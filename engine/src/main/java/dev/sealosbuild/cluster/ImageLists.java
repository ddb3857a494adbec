package dev.sealosbuild.cluster;

import dev.sealosbuild.cluster.ImageSource.Transport;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.layer.TreePaths;
import org.jspecify.annotations.Nullable;

/**
 * Image lists: every file below {@code images/shim}, and {@code images/skopeo/tar.txt}. One image a
 * line; {@code #} begins a comment, quotes and the dash of a YAML list are passed over.
 *
 * <p>A line may begin with a transport of containers-transports(5), and may end in {@code @NAME},
 * the name that the cluster will ask for. Paths in a list are relative to the context, those in
 * {@code tar.txt} to its folder; neither leads out of the context.
 */
final class ImageLists {
  static final String FOLDER = "images/shim";
  static final String ARCHIVES = "images/skopeo/tar.txt";

  private final SearchedFiles files;
  private final Findings findings;

  ImageLists(SearchedFiles files, Findings findings) {
    this.files = files;
    this.findings = findings;
  }

  void search() {
    if (files.isDirectory(FOLDER)) {
      for (String file : files.below(FOLDER)) {
        if (!file.endsWith("~")) {
          read(file, "", false);
        }
      }
    }
    if (files.isFile(ARCHIVES)) {
      read(ARCHIVES, TreePaths.parent(ARCHIVES), true);
    }
  }

  private void read(String file, String folder, boolean archivesOnly) {
    int number = 0;
    for (String raw : files.text(file).split("\n", -1)) {
      number++;
      String line = clean(raw);
      if (line.isEmpty()) {
        continue;
      }
      try {
        readLine(line, folder, archivesOnly, Place.of(file, number));
      } catch (BuildException e) {
        findings.fail(
            new BuildException(file + ":" + number + ": " + e.getMessage(), e.remedy(), e));
      }
    }
  }

  private void readLine(String line, String folder, boolean archivesOnly, Place place) {
    int colon = line.indexOf(':');
    Transport transport = colon < 0 ? null : Transport.ofWord(line.substring(0, colon));
    if (archivesOnly
        && transport != Transport.DOCKER_ARCHIVE
        && transport != Transport.OCI_ARCHIVE) {
      throw new BuildException(
          "\"" + line + "\" does not begin with \"docker-archive:\" or \"oci-archive:\"",
          "write docker-archive:FILE@NAME:TAG, or put the image's name into a file of " + FOLDER);
    }
    String rest = line.substring(colon + 1);
    if (transport == null || (transport == Transport.REGISTRY && rest.startsWith("//"))) {
      String name = transport == null ? line : rest.substring(2);
      findings.add(line, ImageReference.parse(name), Certainty.CERTAIN, place);
    } else if (transport.hasFile()) {
      readArchive(line, transport, rest, folder, place);
    } else if (transport == Transport.REGISTRY) {
      // An image that is called docker, such as docker:24-dind.
      findings.add(line, ImageReference.parse(line), Certainty.CERTAIN, place);
    } else {
      readStored(line, transport, rest, place);
    }
  }

  /** {@code docker-daemon:NAME}, {@code containers-storage:NAME}. */
  private void readStored(String line, Transport transport, String rest, Place place) {
    if (rest.startsWith("[")) {
      throw new BuildException(
          "\"" + line + "\" names a storage of its own",
          "a list names images of the default storage alone, as " + transport.word() + ":NAME");
    }
    ImageSource source = new ImageSource(transport, null, rest);
    findings.add(line, ImageReference.parse(rest), source, Certainty.CERTAIN, place);
  }

  /** {@code FILE[:NAME_THERE][@NAME]}. */
  private void readArchive(
      String line, Transport transport, String rest, String folder, Place place) {
    int at = rest.indexOf('@');
    String address = at < 0 ? rest : rest.substring(0, at);
    int colon = address.indexOf(':');
    String file = colon < 0 ? address : address.substring(0, colon);
    String inner = colon < 0 ? null : address.substring(colon + 1);
    ImageReference reference = reference(line, at < 0 ? null : rest.substring(at + 1), inner);
    String path = pathInContext(line, folder, file);
    findings.add(
        line, reference, new ImageSource(transport, path, inner), Certainty.CERTAIN, place);
  }

  private static ImageReference reference(
      String line, @Nullable String wanted, @Nullable String inner) {
    if (wanted != null) {
      return ImageReference.parse(wanted);
    }
    if (inner == null || (inner.indexOf(':') < 0 && inner.indexOf('/') < 0)) {
      throw new BuildException(
          "\"" + line + "\" does not say what the cluster calls the image",
          "write the name behind an @, as in docker-archive:nginx.tar@nginx:1.25");
    }
    return ImageReference.parse(inner);
  }

  private String pathInContext(String line, String folder, String file) {
    String normal = TreePaths.normalize(folder + "/" + file);
    boolean leads = file.startsWith("/") || leadsOut(folder + "/" + file);
    if (file.isEmpty() || leads) {
      throw new BuildException(
          "\"" + line + "\" names " + (leads ? "a file outside the build context" : "no file"),
          "put the archive into the build context");
    }
    if (!files.isFile(normal) && !files.isDirectory(normal)) {
      throw new BuildException(
          "\"" + line + "\" names " + normal + ", which does not exist",
          "put the archive there, or mend the line");
    }
    return normal;
  }

  private static boolean leadsOut(String path) {
    int depth = 0;
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        depth--;
      } else if (!name.isEmpty() && !name.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }

  private static String clean(String raw) {
    String line = raw.strip();
    if (line.startsWith("- ")) {
      line = line.substring(2).strip();
    }
    if (line.startsWith("#")) {
      return "";
    }
    int comment = line.indexOf(" #");
    int tabbed = line.indexOf("\t#");
    comment = comment < 0 ? tabbed : tabbed < 0 ? comment : Math.min(comment, tabbed);
    if (comment >= 0) {
      line = line.substring(0, comment).strip();
    }
    return withoutQuotes(line.endsWith(",") ? line.substring(0, line.length() - 1).strip() : line);
  }

  /** Without quotes at either end, even where the other end has none. */
  static String withoutQuotes(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isQuote(text.charAt(from))) {
      from++;
    }
    while (to > from && isQuote(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to).strip();
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }
}
