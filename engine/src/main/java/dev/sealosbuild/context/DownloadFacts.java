package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of a file.
 *
 * @param entityTag its ETag as it stands; empty where it has none
 * @param lastModified as it stands; empty where nothing was said
 * @param suggestedName of Content-Disposition; null where there is none that can be a name
 * @param mediaType without parameters
 */
record DownloadFacts(
    String entityTag, String lastModified, @Nullable String suggestedName, String mediaType) {
  private static final Pattern FILE_NAME =
      Pattern.compile(
          ";\\s*filename\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))",
          Pattern.CASE_INSENSITIVE);

  /** A file that was kept, and what the server said of it then. */
  record Kept(DownloadFacts facts, Digest digest, long size, Path content) {}

  static DownloadFacts of(HttpURLConnection answer) {
    return new DownloadFacts(
        header(answer, "ETag"),
        header(answer, "Last-Modified"),
        suggestedName(header(answer, "Content-Disposition")),
        header(answer, "Content-Type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
  }

  /** What is kept under the key; empty where nothing is, or it cannot be used. */
  static Optional<Kept> read(DownloadMemory memory, String key) {
    Optional<byte[]> bytes = memory.facts(key);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonObject kept = Json.readObject(bytes.get(), "what is kept of a download");
      Digest digest = Digest.parse(kept.requiredString("digest"));
      DownloadFacts facts =
          new DownloadFacts(
              kept.requiredString("etag"),
              kept.requiredString("lastModified"),
              kept.string("name"),
              kept.requiredString("mediaType"));
      return memory
          .content(digest)
          .map(content -> new Kept(facts, digest, kept.number("size", -1), content));
    } catch (BuildException | IllegalArgumentException e) {
      return Optional.empty(); // of another version, or damaged: as if nothing were kept
    }
  }

  byte[] toBytes(Digest digest, long size) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("digest", digest.toString());
    members.put("size", size);
    members.put("etag", entityTag);
    members.put("lastModified", lastModified);
    if (suggestedName != null) {
      members.put("name", suggestedName);
    }
    members.put("mediaType", mediaType);
    return Json.write(members);
  }

  /** Whether the server can be asked for whether it has changed. */
  boolean canBeAskedAbout() {
    return !entityTag.isEmpty() || !lastModified.isEmpty();
  }

  DownloadedFile file(URI address, Path content, Digest digest, long size, boolean reused) {
    return new DownloadedFile(
        content,
        lastName(address.getPath()),
        suggestedName,
        digest,
        size,
        mtimeSeconds(),
        mediaType,
        reused);
  }

  /** Seconds since 1970, the time that buildah and BuildKit give it; 0 where nothing was said. */
  private long mtimeSeconds() {
    try {
      return lastModified.isEmpty()
          ? 0
          : ZonedDateTime.parse(lastModified, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  private static @Nullable String suggestedName(String disposition) {
    Matcher matcher = FILE_NAME.matcher(disposition);
    if (!matcher.find()) {
      return null;
    }
    String quoted = matcher.group(1);
    String name = quoted == null ? matcher.group(2) : quoted.replaceAll("\\\\(.)", "$1");
    String last = lastName(name);
    return last.isEmpty() ? null : last;
  }

  /** The last name of a path; empty where it has none that can be a file's. */
  private static String lastName(@Nullable String path) {
    if (path == null) {
      return "";
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean none = name.equals(".") || name.equals("..");
    return none || name.length() > 255 || name.chars().anyMatch(c -> c < ' ') ? "" : name;
  }

  private static String header(HttpURLConnection answer, String name) {
    String value = answer.getHeaderField(name);
    return value == null ? "" : value.strip();
  }
}
