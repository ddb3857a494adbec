package dev.sealosbuild.build;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.context.TreeScan;
import dev.sealosbuild.dockerfile.Heredoc;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.layer.TreePaths;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One COPY, or ADD of local files: what it reads, and what that becomes in the image. */
final class CopyInstruction {
  private static final Pattern ARCHIVE =
      Pattern.compile("\\.(tar|tgz|tbz2?|txz|tzst)$|\\.tar\\.[a-z0-9]+$");

  private final Instruction.Transfer instruction;
  private final List<String> patterns;
  private final String destination;
  private final @Nullable String chown;
  private final @Nullable Integer mode;
  private final List<Inline> inline = new ArrayList<>();
  private final List<CopySource> sources;
  private final List<TreeScan> scans = new ArrayList<>();

  /** A heredoc: a file whose text stands in the instruction file. */
  private record Inline(String name, String text) {
    byte[] content() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * Finds the sources and looks at them.
   *
   * @param words expands the instruction's words
   * @param ignoreFile name of the context's ignore file, for messages
   * @param memory where it is remembered what the context's files looked like
   */
  CopyInstruction(
      Instruction.Transfer instruction,
      WordExpansion words,
      DirectoryTree context,
      String ignoreFile,
      StatMemory memory) {
    this.instruction = instruction;
    this.patterns = instruction.sources().stream().map(words::expand).toList();
    this.destination = words.expand(instruction.destination());
    this.chown = instruction.chown() == null ? null : words.expand(instruction.chown());
    this.mode = instruction.chmod() == null ? null : Chmod.parse(words.expand(instruction.chmod()));
    for (Heredoc heredoc : instruction.inline()) {
      String text = heredoc.expand() ? words.expandDocument(heredoc.text()) : heredoc.text();
      inline.add(new Inline(heredoc.name(), text));
    }
    refuseOtherSources(instruction, patterns);
    this.sources = CopySource.find(context, patterns, ignoreFile);
    for (CopySource source : sources) {
      scans.add(context.scan(source.path(), memory));
    }
  }

  /** All that the layer depends on, but for the files and the image before. */
  void addTo(InstructionKey key) {
    key.add(instruction.keyword()).add(patterns).add(destination);
    key.add(chown == null ? "" : chown).add(mode == null ? "" : mode.toString());
    for (Inline file : inline) {
      key.add(file.name()).add(Digest.of(file.content()).hex());
    }
  }

  /** Whether none of the files has changed since they were last looked at. */
  boolean isUnchanged() {
    return scans.stream().allMatch(TreeScan::isUnchanged);
  }

  /** Leaves large files without a digest of their own while the layer is written. */
  void deferLargeContents() {
    if (isOneDirectory()) {
      scans.get(0).deferLargeContents();
    }
  }

  /** Whether {@link #sourceDigest} is known without having read all files for it. */
  boolean isProvisional() {
    return isOneDirectory() && scans.get(0).isProvisional();
  }

  /** Takes the files to be those of an earlier build, after a comparison. */
  void adopt(Digest source) {
    scans.get(0).adopt(source);
  }

  private boolean isOneDirectory() {
    return scans.size() == 1 && inline.isEmpty() && sources.get(0).directory();
  }

  /** The digest of the files: names, types, modes and contents. */
  Digest sourceDigest() {
    if (isOneDirectory()) {
      return scans.get(0).digest();
    }
    InstructionKey key = new InstructionKey();
    for (int i = 0; i < scans.size(); i++) {
      key.add(sources.get(i).name()).add(scans.get(i).digest().hex());
    }
    for (Inline file : inline) {
      key.add(file.name()).add(Digest.of(file.content()).hex());
    }
    return key.digest();
  }

  /**
   * How the history tells of the sources, as buildah writes it. Their digest is the layer's: it is
   * the same wherever the same files are copied at the same time.
   */
  String historyText(Digest layer) {
    int count = sources.size() + inline.size();
    String kind =
        count > 1 ? "multi" : !sources.isEmpty() && sources.get(0).directory() ? "dir" : "file";
    return StageExecution.NOP
        + instruction.keyword()
        + " "
        + kind
        + ":"
        + layer.hex()
        + " in "
        + instruction.destination()
        + " ";
  }

  /**
   * Plans the layer.
   *
   * @param image what the image has before
   * @param workingDir that a relative destination starts from
   */
  CopyPlan plan(Supplier<? extends FileTree> image, String workingDir, BuildTime time) {
    Ownership owner = chown == null ? Ownership.ROOT : Ownership.parse(chown, image);
    FileTree below = instruction.link() ? new LayeredTree() : image.get();
    CopyPlan plan = new CopyPlan(below, owner, mode, time);
    String absolute = destination.startsWith("/") ? destination : workingDir + "/" + destination;
    String target = plan.resolve(TreePaths.normalize(absolute));
    boolean single = sources.size() + inline.size() == 1;
    boolean intoDirectory = !single || endsAsDirectory() || plan.isDirectory(target);
    for (int i = 0; i < sources.size(); i++) {
      CopySource source = sources.get(i);
      if (source.directory()) {
        addDirectory(plan, scans.get(i), source.path(), target);
      } else {
        TreeScan scan = scans.get(i);
        LayerEntry file = scan.entries().get(0);
        addFile(plan, file, contentOf(scan, file), source.name(), target, intoDirectory);
      }
    }
    for (Inline file : inline) {
      LayerEntry entry = LayerEntry.file(file.name(), 0644, file.content().length, time.seconds());
      Content content = () -> Channels.newChannel(new ByteArrayInputStream(file.content()));
      addFile(plan, entry, content, file.name(), target, intoDirectory);
    }
    return plan;
  }

  /** What comes from elsewhere than the build context is refused, and nothing is passed over. */
  private static void refuseOtherSources(Instruction.Transfer instruction, List<String> patterns) {
    String found = null;
    if (instruction instanceof Instruction.Copy copy) {
      found = copy.from() != null ? "--from" : copy.parents() ? "--parents" : null;
    } else if (instruction instanceof Instruction.Add add) {
      for (String pattern : patterns) {
        boolean address = pattern.contains("://") || pattern.startsWith("git@");
        found = address ? "an address" : ARCHIVE.matcher(pattern).find() ? "an archive" : found;
      }
      boolean flags = add.checksum() != null || add.keepGitDir() != null || add.unpack() != null;
      found = flags ? "--checksum, --keep-git-dir or --unpack" : found;
    }
    found = instruction.excludes().isEmpty() ? found : "--exclude";
    if (found != null) {
      throw new BuildException(
          instruction.keyword() + " with " + found + " cannot be executed by this version",
          "put the files into the build context and COPY them");
    }
  }

  private boolean endsAsDirectory() {
    return destination.endsWith("/")
        || destination.endsWith("/.")
        || destination.equals(".")
        || destination.equals("..")
        || destination.endsWith("/..");
  }

  private static void addFile(
      CopyPlan plan,
      LayerEntry file,
      @Nullable Content content,
      String name,
      String target,
      boolean intoDirectory) {
    if (intoDirectory) {
      plan.makeDirectory(target);
      plan.put(file, TreePaths.child(target, name), content);
    } else {
      if (target.isEmpty()) {
        throw new BuildException("a file cannot replace the root of the image", "");
      }
      plan.makeDirectory(TreePaths.parent(target));
      plan.put(file, target, content);
    }
  }

  private static void addDirectory(CopyPlan plan, TreeScan scan, String source, String target) {
    plan.makeDirectory(target);
    int skipped = source.isEmpty() ? 0 : source.length() + 1;
    for (LayerEntry entry : scan.entries()) {
      String path = TreePaths.child(target, entry.path().substring(skipped));
      LayerEntry placed =
          entry.type() == LayerEntry.Type.HARDLINK
              ? entry.asHardlinkTo(TreePaths.child(target, entry.link().substring(skipped)))
              : entry;
      plan.put(placed, path, contentOf(scan, entry));
    }
  }

  private static @Nullable Content contentOf(TreeScan scan, LayerEntry entry) {
    return entry.isFile() ? scan.content(entry) : null;
  }
}
