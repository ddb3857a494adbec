package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.TreePaths;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a chart, unpacked with the archives of its sub-charts. Helm gets a copy of them, in
 * which hooks are ordinary resources: the library says nothing of hooks, and their images are
 * needed as well.
 */
final class ChartFiles {
  private static final int MAX_FILES = 20_000;
  private static final int MAX_BYTES = 100 << 20;

  /** What Helm itself takes of one file of a chart. */
  private static final int MAX_FILE = 5 << 20;

  private static final int MAX_ARCHIVE = 50 << 20;
  private static final int MAX_NESTED = 10;

  private static final String HOOK = "helm.sh/hook";

  /** As long, so that no line changes. */
  private static final String NO_HOOK = "helm.sh/h__k";

  private final String name;
  private final Map<String, byte[]> contents = new TreeMap<>();
  private long bytes;

  private ChartFiles(String name) {
    this.name = name;
  }

  /** A chart's folder. */
  static ChartFiles ofFolder(SearchedFiles files, String folder) {
    ChartFiles chart = new ChartFiles(folder);
    String ignore = TreePaths.child(folder, ".helmignore");
    if (files.isFile(ignore)) {
      chart.add(".helmignore", files.bytes(ignore, MAX_FILE), 0);
    }
    for (String file : files.below(folder)) {
      boolean archive = isArchiveOfSubChart(file);
      if (archive || sizeOf(files, file) <= MAX_FILE) {
        chart.add(
            file.substring(folder.length() + 1),
            files.bytes(file, archive ? MAX_ARCHIVE : MAX_FILE),
            0);
      }
    }
    return chart;
  }

  /** A packed chart: the folder that is in it. */
  static ChartFiles ofArchive(SearchedFiles files, String archive) {
    ChartFiles chart = new ChartFiles(archive);
    chart.unpack("", files.bytes(archive, MAX_ARCHIVE), 0);
    return chart;
  }

  private static long sizeOf(SearchedFiles files, String file) {
    try {
      return Files.size(files.real(file));
    } catch (IOException e) {
      return 0; // reading it says why
    }
  }

  private static boolean isArchiveOfSubChart(String file) {
    return file.endsWith(".tgz") && TreePaths.parent(file).endsWith("charts");
  }

  private void add(String path, byte[] content, int depth) {
    if (isArchiveOfSubChart(path) && content.length > 0) {
      unpack(TreePaths.parent(path) + "/", content, depth + 1);
      return;
    }
    bytes += content.length;
    if (contents.size() == MAX_FILES || bytes > MAX_BYTES) {
      throw new BuildException(
          "the chart "
              + name
              + " has more than "
              + (bytes > MAX_BYTES ? (MAX_BYTES >> 20) + " MB" : MAX_FILES + " files"),
          "remove what does not belong to it");
    }
    contents.put(path, content);
  }

  /** Puts an archive's one folder below a path; at the top, the folder's own name is dropped. */
  private void unpack(String below, byte[] archive, int depth) {
    if (depth > MAX_NESTED) {
      throw new BuildException(
          "the chart " + name + " has archives in archives, more than " + MAX_NESTED + " deep",
          "do not use that chart");
    }
    String what = "the chart " + name;
    try (LayerReader reader =
        LayerReader.openArchive(
            new ByteArrayInputStream(archive),
            ArchiveFormat.ofHead(
                    java.util.Arrays.copyOf(
                        archive, Math.min(archive.length, ArchiveFormat.HEAD_BYTES)))
                .orElseThrow(() -> new IOException("it is no archive")),
            what)) {
      for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
        int slash = entry.path().indexOf('/');
        if (!entry.isFile() || slash < 0 || entry.size() > MAX_ARCHIVE) {
          continue;
        }
        String path = below.isEmpty() ? entry.path().substring(slash + 1) : below + entry.path();
        if (entry.size() <= MAX_FILE || isArchiveOfSubChart(path)) {
          add(path, reader.content().readNBytes((int) entry.size()), depth);
        }
      }
    } catch (IOException e) {
      throw new BuildException(
          what + " cannot be unpacked: " + e.getMessage(), "pack it anew with helm package", e);
    }
  }

  boolean has(String path) {
    return contents.containsKey(path);
  }

  /** A file's text; empty where there is none. */
  String text(String path) {
    byte[] content = contents.get(path);
    return content == null ? "" : SearchedFiles.text(content);
  }

  /** The paths, sorted. */
  Iterable<String> paths() {
    return contents.keySet();
  }

  /** Writes the copy for Helm. */
  void writeTo(Path folder, ApiVersions apiVersions) throws IOException {
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, prepared(file.getKey(), file.getValue(), apiVersions));
    }
  }

  private static byte[] prepared(String path, byte[] content, ApiVersions apiVersions) {
    boolean template = path.startsWith("templates/") || path.contains("/templates/");
    if (!template && !Manifests.isManifest(path)) {
      return content;
    }
    // Bytes as characters: what is not UTF-8 stays what it is.
    String text = new String(content, StandardCharsets.ISO_8859_1);
    String changed = text.replace(HOOK, NO_HOOK);
    changed = template ? apiVersions.addedTo(changed) : changed;
    return changed.equals(text) ? content : changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Values with hooks made ordinary, as in the chart. */
  static byte[] withoutHooks(byte[] values) {
    return new String(values, StandardCharsets.ISO_8859_1)
        .replace(HOOK, NO_HOOK)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
