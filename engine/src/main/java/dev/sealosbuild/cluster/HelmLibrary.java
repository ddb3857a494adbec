package dev.sealosbuild.cluster;

import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.Result;
import com.marcnuri.helm.jni.TemplateOptions;
import com.sun.jna.Native;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.SignalActions;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Helm itself: the native library of helm-java, called through JNA.
 *
 * <p>helm-java's own loader is not used. It unpacks the library, 98 MB, at every start, which takes
 * 0.7 s, and asks the web for one where the class path has none. And the library takes the signals
 * that end a process for itself and never gives them back: after a chart was rendered, Ctrl-C would
 * do nothing.
 */
final class HelmLibrary {
  /** How long one chart may take, in seconds; a large one takes less than one. */
  private static final int MAX_SECONDS = 60;

  private static final Object LOCK = new Object();
  private static @Nullable HelmLib loaded;

  private HelmLibrary() {}

  /** What the library says to a request that it refuses. */
  static final class RenderException extends Exception {
    private static final long serialVersionUID = 1;

    RenderException(String message) {
      super(message);
    }
  }

  /**
   * Which chart to render and how.
   *
   * @param chart a folder
   * @param kubeVersion null for the library's own
   * @param valueFiles in their order; no path has a comma
   * @param integers values by their keys in the form of {@code --set}: those that must not become
   *     floating-point numbers, as all numbers of a file do
   */
  record Request(
      Path chart,
      String release,
      String namespace,
      @Nullable String kubeVersion,
      List<Path> valueFiles,
      Map<String, Long> integers) {}

  /**
   * Renders a chart without asking a cluster.
   *
   * @param home where the library is kept unpacked
   * @return the manifests; each begins with a line {@code # Source: CHART/templates/FILE}
   * @throws RenderException with Helm's reason
   * @throws BuildException when there is no library for this machine, or it takes too long
   */
  static String render(Request request, Path home) throws RenderException {
    synchronized (LOCK) {
      SignalActions signals = SignalActions.current();
      try {
        return inTime(request, library(home));
      } finally {
        signals.restore();
      }
    }
  }

  private static String inTime(Request request, HelmLib library) throws RenderException {
    FutureTask<String[]> task = new FutureTask<>(() -> call(request, library));
    Thread thread = new Thread(task, "helm");
    thread.setDaemon(true);
    thread.start();
    try {
      String[] result = task.get(MAX_SECONDS, TimeUnit.SECONDS);
      if (!result[1].isBlank()) {
        throw new RenderException(result[1]);
      }
      return result[0];
    } catch (TimeoutException e) {
      throw new BuildException(
          "Helm took longer than " + MAX_SECONDS + " seconds to render a chart",
          "look for a loop in its templates",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("the build was interrupted", "", e);
    }
  }

  /** Output and error. */
  private static String[] call(Request request, HelmLib library) {
    StringBuilder files = new StringBuilder();
    for (Path file : request.valueFiles()) {
      files.append(files.length() == 0 ? "" : ",").append(file);
    }
    StringBuilder integers = new StringBuilder();
    request
        .integers()
        .forEach(
            (key, value) ->
                integers
                    .append(integers.length() == 0 ? "" : "&")
                    .append(
                        java.net.URLEncoder.encode(key, java.nio.charset.StandardCharsets.UTF_8))
                    .append('=')
                    .append(value));
    TemplateOptions options =
        new TemplateOptions(
            request.release(),
            null,
            request.chart().toString(),
            request.namespace(),
            request.kubeVersion(),
            0,
            0,
            integers.toString(),
            "",
            files.toString(),
            null,
            null,
            null,
            0,
            0,
            null,
            0,
            null);
    Result result = library.Template(options);
    try {
      return new String[] {text(result.out), text(result.err)};
    } finally {
      library.Free(result);
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static HelmLib library(Path home) {
    HelmLib library = loaded;
    if (library == null) {
      try {
        library = Native.load(unpacked(home).toString(), HelmLib.class);
      } catch (IOException | UnsatisfiedLinkError e) {
        throw new BuildException(
            "the Helm library cannot be loaded from " + home + ": " + e.getMessage(),
            "see that there are 100 MB of room, and that the directory allows programs (no noexec)",
            e);
      }
      loaded = library;
    }
    return library;
  }

  private static Path unpacked(Path home) throws IOException {
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String architecture =
        machine.equals("amd64") || machine.equals("x86_64")
            ? "amd64"
            : machine.equals("aarch64") ? "arm64" : machine;
    String name = "helm-linux-" + architecture + ".so";
    URL url = HelmLibrary.class.getResource("/" + name);
    if (url == null) {
      throw new BuildException(
          "this build of sealos-build has no Helm library for " + machine,
          "render the charts elsewhere and list their images in images/shim, or use"
              + " --save-image=false");
    }
    Files.createDirectories(home);
    Path file = home.resolve("helm-" + version(url) + "-" + architecture + ".so");
    if (!Files.isRegularFile(file)) {
      Path part = Files.createTempFile(home, "helm-", ".part");
      try (InputStream in = url.openStream();
          FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
        in.transferTo(java.nio.channels.Channels.newOutputStream(out));
        out.force(true);
        removeOthers(home);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    }
    return file;
  }

  /** Those of earlier versions; who has one open keeps it. */
  private static void removeOthers(Path home) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(home, "helm-*.so")) {
      for (Path each : old) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** What tells one library from another without reading it: the archive's checksum. */
  private static String version(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getContentLengthLong());
  }
}
