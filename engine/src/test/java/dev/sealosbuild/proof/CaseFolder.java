package dev.sealosbuild.proof;

import com.github.luben.zstd.ZstdOutputStream;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The files of one case: a folder with the instruction file and, beside it, the context. */
final class CaseFolder {
  /** Sections that are no files. */
  private static final Set<String> NO_FILES = Set.of("tree", "entries", "config", "history");

  private static final Pattern LINE =
      Pattern.compile(
          "(\\S+?)(/?)(?: ([0-7]{3,4}))?(?: (\\d+):(\\d+))?(?: (=|->|=>|\\||<\\S+)( .*)?)?");
  private static final Pattern FILE = Pattern.compile("(\\S+)(?: ([0-7]{3,4}))?");

  private final Tree tree;

  /** What stands in texts for what is known only when the tests run. */
  private final String base;

  private final String address;

  private CaseFolder(Path root, String base, String address) {
    this.tree = new Tree(root);
    this.base = base;
    this.address = address;
  }

  /**
   * Makes the files.
   *
   * @param root the folder, which is not there yet
   * @param plain lines of the tree that every case has whose context is not {@code empty}
   * @param base the image that {@code @BASE@} is
   * @param address where {@code http/} of the folder is served, {@code @HTTP@}
   */
  static CaseFolder make(
      ConformanceCase it, List<String> plain, Path root, String base, String address) {
    CaseFolder folder = new CaseFolder(root, base, address);
    folder.tree.directory("context");
    if (!"empty".equals(it.header("context"))) {
      plain.forEach(folder::line);
    }
    it.sections()
        .forEach(
            (section, text) -> {
              if (section.equals("tree")) {
                text.lines().filter(line -> !line.isEmpty()).forEach(folder::line);
              } else if (!NO_FILES.contains(section)) {
                folder.file(section, text);
              }
            });
    if (!it.instructions().isBlank()) {
      folder.tree.file("Containerfile", folder.filled(it.instructions()));
    }
    folder.tree.settle();
    return folder;
  }

  Path root() {
    return tree.root();
  }

  /** A text with what it leaves open put in. */
  String filled(String text) {
    return text.replace("@BASE@", base)
        .replace("@HTTP@", address)
        .replace("@WORK@", tree.root().toString());
  }

  /** The last arguments of a build of this case: its options, the file, the context. */
  List<String> arguments(ConformanceCase it) {
    List<String> arguments =
        new ArrayList<>(it.words(ConformanceCase.OPTIONS).stream().map(this::filled).toList());
    if (!it.instructions().isBlank()) {
      arguments.addAll(List.of("-f", tree.path("Containerfile").toString()));
    }
    String operand = it.header(ConformanceCase.OPERAND);
    arguments.add(operand == null ? tree.path("context").toString() : filled(operand));
    return arguments;
  }

  /** The file that standard input is; null for none. */
  @Nullable Path input(ConformanceCase it) {
    String name = it.header(ConformanceCase.INPUT);
    return name == null ? null : tree.path("context").resolve(name).normalize();
  }

  private static String place(String path) {
    return path.startsWith("../") ? path.substring(3) : "context/" + path;
  }

  private void file(String section, String text) {
    Matcher matcher = FILE.matcher(section);
    if (!matcher.matches()) {
      throw new AssertionError("not a section: " + section);
    }
    String name = place(matcher.group(1));
    tree.file(name, filled(text));
    if (matcher.group(2) != null) {
      tree.mode(name, Integer.parseInt(matcher.group(2), 8));
    }
  }

  /** Makes what one line says: see the README beside the cases. */
  private void line(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new AssertionError("not a line of a tree: " + line);
    }
    String name = place(matcher.group(1));
    String rest = matcher.group(7) == null ? "" : matcher.group(7).substring(1);
    String kind = matcher.group(6) == null ? "" : matcher.group(6);
    if (!matcher.group(2).isEmpty()) {
      tree.directory(name);
    } else if (kind.equals("=")) {
      tree.file(name, rest.replace("\\n", "\n"));
    } else if (kind.equals("->")) {
      tree.link(name, filled(rest));
    } else if (kind.equals("=>")) {
      tree.hardLink(name, place(rest));
    } else if (kind.equals("|")) {
      tree.fifo(name);
    } else if (kind.startsWith("<")) {
      pack(name, kind.substring(1), place(rest));
    } else if (!Files.exists(tree.path(name))) {
      throw new AssertionError("not a line of a tree: " + line);
    }
    if (matcher.group(4) != null) {
      tree.owner(name, Integer.parseInt(matcher.group(4)), Integer.parseInt(matcher.group(5)));
    }
    if (matcher.group(3) != null) {
      tree.mode(name, Integer.parseInt(matcher.group(3), 8));
    }
  }

  /** Moves a directory into an archive, or into a repository that may be served. */
  private void pack(String name, String kind, String source) {
    Path directory = tree.path(source);
    Path target = tree.path(name);
    try {
      Files.createDirectories(target.getParent());
      if (kind.equals("git")) {
        commit(directory, target);
      } else {
        Program.run(
            "tar",
            "-C",
            directory.toString(),
            "--sort=name",
            "--numeric-owner",
            "--mtime=@" + Tree.TIME.getEpochSecond(),
            "-cf",
            target.toString(),
            ".");
        byte[] plain = Files.readAllBytes(target);
        try (OutputStream out = compressor(kind, Files.newOutputStream(target))) {
          out.write(plain);
        }
      }
      Program.run("rm", "-r", directory.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OutputStream compressor(String kind, OutputStream out) throws IOException {
    return switch (kind) {
      case "tar" -> out;
      case "gz" -> new GZIPOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out);
      case "xz" -> new XZOutputStream(out, new LZMA2Options());
      case "zst" -> new ZstdOutputStream(out);
      default -> throw new AssertionError("no archive is called " + kind);
    };
  }

  private static void commit(Path directory, Path repository) {
    String work = directory.toString();
    Program.run("git", "init", "-q", "-b", "main", work);
    Program.run("git", "-C", work, "add", "-A");
    Program.run(
        "git", "-C", work, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "a");
    Program.run("git", "clone", "-q", "--bare", work, repository.toString());
  }
}
