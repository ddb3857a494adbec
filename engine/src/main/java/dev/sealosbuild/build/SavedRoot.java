package dev.sealosbuild.build;

import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopyScan;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The build context with the images that were saved for a cluster in it, as files of a registry.
 * They lie in the store and nowhere else: the context stays as it is. Where both have a file, the
 * saved one counts; an ignore file says nothing of saved ones.
 *
 * @param context the context alone
 * @param saved the registry's files, by their paths in the context
 */
record SavedRoot(CopyRoot context, RegistryTree saved) implements CopyRoot {

  /** Directories before what is in them, names in their order. */
  private static final Comparator<String> ORDER =
      Comparator.comparing(path -> path.replace('/', '\0'));

  @Override
  public FileTree files() {
    FileTree own = context.files();
    return new FileTree() {
      @Override
      public @Nullable LayerEntry find(String path) {
        return merge(own.find(path), saved.find(path));
      }

      @Override
      public List<LayerEntry> list(String directory) {
        SortedMap<String, LayerEntry> entries = new TreeMap<>();
        for (LayerEntry entry : own.list(directory)) {
          entries.put(entry.path(), entry);
        }
        for (LayerEntry entry : saved.list(directory)) {
          entries.merge(entry.path(), entry, SavedRoot::merge);
        }
        return List.copyOf(entries.values());
      }

      @Override
      public Content content(LayerEntry file) {
        return contentOf(file, own::content);
      }
    };
  }

  @Override
  public boolean isLeftOut(String path, boolean directory) {
    return saved.find(path) == null && context.isLeftOut(path, directory);
  }

  @Override
  public String ignoreFile() {
    return context.ignoreFile();
  }

  @Override
  public CopyScan scan(String path, PathFilter excludes) {
    List<LayerEntry> added = new ArrayList<>();
    for (LayerEntry entry : saved.walkFrom(path)) {
      if (!excludes.ignores(entry.path())) {
        added.add(entry);
      }
    }
    if (added.isEmpty()) {
      return context.scan(path, excludes);
    }
    boolean there = path.isEmpty() || context.files().find(path) != null;
    boolean visible = there && !(context.isLeftOut(path, true) && !path.isEmpty());
    CopyScan own = visible ? context.scan(path, excludes) : null;
    return new Scan(own, added, saved.digest(path), excludes.identity());
  }

  @Override
  public @Nullable String identity() {
    return null;
  }

  @Override
  public @Nullable Path fileOf(String path) {
    return saved.find(path) == null ? context.fileOf(path) : saved.blob(path);
  }

  @Override
  public String description() {
    return context.description();
  }

  private static LayerEntry merge(@Nullable LayerEntry own, @Nullable LayerEntry added) {
    if (own == null || added == null) {
      return own == null ? added : own;
    }
    if (own.isDirectory() != added.isDirectory()) {
      throw new BuildException(
          "/" + own.path() + " of the build context is in the way of the saved images",
          "rename it, or build with --save-image=false");
    }
    return own.isDirectory() ? own : added;
  }

  private Content contentOf(LayerEntry file, java.util.function.Function<LayerEntry, Content> own) {
    LayerEntry here = saved.find(file.path());
    return here != null && here.isFile() ? saved.content(here) : own.apply(file);
  }

  /** What was seen of both. */
  private final class Scan implements CopyScan {
    private final @Nullable CopyScan own;
    private final List<LayerEntry> added;
    private final Digest addedDigest;
    private final String excluded;

    /**
     * @param own null where the context has nothing there
     */
    Scan(@Nullable CopyScan own, List<LayerEntry> added, Digest addedDigest, String excluded) {
      this.own = own;
      this.added = added;
      this.addedDigest = addedDigest;
      this.excluded = excluded;
    }

    @Override
    public List<LayerEntry> entries() {
      TreeMap<String, LayerEntry> entries = new TreeMap<>(ORDER);
      if (own != null) {
        own.entries().forEach(entry -> entries.put(entry.path(), entry));
      }
      for (LayerEntry entry : added) {
        entries.merge(entry.path(), entry, SavedRoot::merge);
      }
      return List.copyOf(entries.values());
    }

    @Override
    public Content content(LayerEntry file) {
      return contentOf(file, entry -> java.util.Objects.requireNonNull(own).content(entry));
    }

    @Override
    public Digest digest() {
      String text = (own == null ? "" : own.digest()) + "\0" + addedDigest + "\0" + excluded;
      return Digest.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public boolean isUnchanged() {
      return own == null || own.isUnchanged();
    }

    @Override
    public void prepare() {
      if (own != null) {
        own.prepare();
      }
    }

    @Override
    public void close() {
      if (own != null) {
        own.close();
      }
    }
  }
}
