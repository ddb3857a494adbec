package dev.sealosbuild.copy;

import dev.sealosbuild.dockerfile.Heredoc;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.layer.TreePaths;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One COPY or ADD: what it reads, and what that becomes in the image. */
public final class CopyInstruction implements AutoCloseable {
  private final Instruction.Transfer instruction;
  private final List<String> patterns;
  private final String destination;
  private final @Nullable String chown;
  private final @Nullable String chmod;
  private final @Nullable Chmod mode;
  private final List<String> excludes;
  private final List<InlineScan> inline = new ArrayList<>();
  private final CopyItems items;

  /**
   * Finds the sources and looks at them, unless it is known without a look what they come to.
   *
   * @param words expands the instruction's words
   * @param roots where it may take files from
   */
  public CopyInstruction(Instruction.Transfer instruction, WordExpansion words, CopyRoots roots) {
    this.instruction = instruction;
    this.patterns = instruction.sources().stream().map(words::expandPattern).toList();
    this.destination = words.expand(instruction.destination());
    this.chown = instruction.chown() == null ? null : words.expand(instruction.chown());
    this.chmod = instruction.chmod() == null ? null : words.expand(instruction.chmod());
    this.mode = chmod == null ? null : Chmod.parse(chmod);
    this.excludes = instruction.excludes().stream().map(words::expand).toList();
    for (Heredoc heredoc : instruction.inline()) {
      String text = heredoc.expand() ? words.expandDocument(heredoc.text()) : heredoc.text();
      inline.add(new InlineScan(heredoc.name(), text, roots.session().time()));
    }
    this.items = items(instruction, words, roots);
  }

  /** All that the layer depends on, but for the files and the image before. */
  public void addTo(InstructionKey key) {
    key.add(instruction.keyword()).add(patterns).add(destination);
    key.add(chown == null ? "" : chown).add(chmod == null ? "" : chmod);
    key.add(excludes).add(parents() ? "parents" : "");
    if (instruction instanceof Instruction.Add add) {
      key.add(add.unpack() + " " + add.keepGitDir());
    }
    for (InlineScan file : inline) {
      key.add(file.entries().get(0).path()).add(file.digest().hex());
    }
  }

  /** Whether {@code --chown} has a name that the image must know. */
  public boolean asksForNames() {
    return chown != null && Ownership.hasNames(chown);
  }

  /** Whether none of the files has changed since they were last looked at. */
  public boolean isUnchanged() {
    return items.isUnchanged();
  }

  /** Leaves large files without a digest of their own while the layer is written. */
  public void deferLargeContents() {
    items.deferLargeContents();
  }

  /** Whether {@link #sourceDigest} is known without having read all files for it. */
  public boolean isProvisional() {
    return items.isProvisional();
  }

  /** Takes the files to be those of an earlier build, after a comparison. */
  public void adopt(Digest source) {
    items.adopt(source);
  }

  /** The digest of the files: names, types, modes, owners and contents. */
  public Digest sourceDigest() {
    return items.digest();
  }

  /** Tells that the layer is about to be written. */
  public void prepare() {
    items.prepare();
  }

  /**
   * How the history tells of the sources, as buildah writes it. Their digest is the layer's: it is
   * the same wherever the same files are copied at the same time.
   */
  public String historyText(Digest layer) {
    return instruction.keyword()
        + " "
        + (items.kind().isEmpty() ? "" : items.kind() + ":")
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
  public CopyPlan plan(Supplier<? extends FileTree> image, String workingDir, BuildTime time) {
    Ownership owner = chown == null ? null : Ownership.parse(chown, image);
    FileTree below = instruction.link() ? new LayeredTree() : image.get();
    CopyPlan plan = new CopyPlan(below, owner, mode, time);
    String absolute = destination.startsWith("/") ? destination : workingDir + "/" + destination;
    String target = plan.resolve(TreePaths.normalize(absolute));
    boolean single = items.list().size() == 1 && !parents();
    boolean intoDirectory = !single || endsAsDirectory() || plan.isDirectory(target);
    if (intoDirectory) {
      plan.makeDirectory(target);
    }
    for (CopyItem item : items.list()) {
      if (item.unpacked()) {
        unpack(plan, item.scan(), target);
      } else if (parents()) {
        addWithParents(plan, item, target);
      } else if (item.source().directory()) {
        plan.makeDirectory(target);
        addBelow(plan, item, target);
      } else {
        addFile(plan, item, target, intoDirectory);
      }
    }
    return plan;
  }

  @Override
  public void close() {
    items.close();
  }

  private CopyItems items(Instruction.Transfer transfer, WordExpansion words, CopyRoots roots) {
    List<CopyItem> heredocs = new ArrayList<>();
    for (InlineScan file : inline) {
      String name = file.entries().get(0).path();
      heredocs.add(new CopyItem(new CopySource(name, name, false), file));
    }
    Excludes left = Excludes.of(excludes);
    if (transfer instanceof Instruction.Add add) {
      AddedItems added = new AddedItems(add, words, roots, left);
      return new CopyItems(
          () -> joined(added.find(patterns), heredocs), null, roots.session().statMemory());
    }
    String from = transfer instanceof Instruction.Copy copy ? copy.from() : null;
    refuseAddresses();
    CopyRoot root = from == null ? roots.context() : roots.from(words.expand(from));
    String identity = root.identity();
    if (identity != null) {
      InstructionKey key = new InstructionKey().add("copied from").add(identity);
      addTo(key);
      identity = key.digest().hex();
    }
    return new CopyItems(
        () -> joined(found(root, left, heredocs.isEmpty()), heredocs),
        identity,
        roots.session().statMemory());
  }

  private List<CopyItem> found(CopyRoot root, Excludes left, boolean needed) {
    List<CopyItem> found = new ArrayList<>();
    for (CopySource source : CopySource.find(root, patterns, left, parents())) {
      CopyScan scan = root.scan(source.path(), left.below(source.path()));
      found.add(new CopyItem(source, scan));
    }
    if (found.isEmpty() && needed) {
      CopySource.checkNothingFound(root, patterns, instruction.origin().dialect());
    }
    return found;
  }

  private static List<CopyItem> joined(List<CopyItem> first, List<CopyItem> then) {
    List<CopyItem> all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }

  private void refuseAddresses() {
    for (String pattern : patterns) {
      if (pattern.startsWith("http://") || pattern.startsWith("https://")) {
        throw new BuildException(
            "COPY cannot take \"" + pattern + "\": it is an address", "use ADD for addresses");
      }
    }
  }

  private boolean parents() {
    return instruction instanceof Instruction.Copy copy && copy.parents();
  }

  private boolean endsAsDirectory() {
    return destination.endsWith("/")
        || destination.endsWith("/.")
        || destination.equals(".")
        || destination.equals("..")
        || destination.endsWith("/..");
  }

  private static void addFile(CopyPlan plan, CopyItem item, String target, boolean intoDirectory) {
    LayerEntry file = item.scan().entries().get(0);
    if (intoDirectory) {
      String name = item.source().name();
      if (name.isEmpty()) {
        throw new BuildException(
            "the file has no name that it could have in /" + target,
            "give the destination a name, without a slash at its end");
      }
      put(plan, item, file, TreePaths.child(target, name));
      return;
    }
    if (target.isEmpty()) {
      throw new BuildException(
          "a file cannot replace the root of the image", "name the file that it is to be");
    }
    plan.makeDirectory(TreePaths.parent(target));
    put(plan, item, file, target);
  }

  private static void addBelow(CopyPlan plan, CopyItem item, String target) {
    String source = item.source().path();
    int skipped = source.isEmpty() ? 0 : source.length() + 1;
    for (LayerEntry entry : item.scan().entries()) {
      String path = TreePaths.child(target, entry.path().substring(skipped));
      LayerEntry placed =
          entry.type() == LayerEntry.Type.HARDLINK
              ? entry.asHardlinkTo(TreePaths.child(target, entry.link().substring(skipped)))
              : entry;
      put(plan, item, placed, path);
    }
  }

  private static void addWithParents(CopyPlan plan, CopyItem item, String target) {
    for (LayerEntry parent : item.source().parents()) {
      plan.put(parent, TreePaths.child(target, parent.path()), null);
    }
    String name = item.source().name();
    String path = name.isEmpty() ? target : TreePaths.child(target, name);
    if (item.source().directory()) {
      addBelow(plan, item, path);
    } else {
      put(plan, item, item.scan().entries().get(0), path);
    }
  }

  /**
   * As {@code tar -x} does in a changed root: entry by entry, each with its own owner and mode, and
   * no link leads out of the target.
   */
  private static void unpack(CopyPlan plan, CopyScan archive, String target) {
    plan.makeDirectory(target);
    for (LayerEntry entry : archive.entries()) {
      if (entry.path().isEmpty()) {
        if (!target.isEmpty()) {
          plan.putAsIs(entry.withPath(target), null);
        }
        continue;
      }
      String directory = plan.resolve(target, TreePaths.parent(entry.path()));
      plan.makeDirectory(directory);
      LayerEntry placed = entry.withPath(TreePaths.child(directory, entry.name()));
      if (entry.type() == LayerEntry.Type.HARDLINK) {
        String linked = plan.resolve(target, TreePaths.parent(entry.link()));
        String name = entry.link().substring(entry.link().lastIndexOf('/') + 1);
        placed = placed.asHardlinkTo(TreePaths.child(linked, name));
      }
      plan.putAsIs(placed, entry.isFile() ? archive.content(entry) : null);
    }
  }

  private static void put(CopyPlan plan, CopyItem item, LayerEntry entry, String path) {
    plan.put(entry, path, entry.isFile() ? item.scan().content(entry) : null);
  }
}
