package dev.sealosbuild.build;

import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a build reads.
 *
 * @param context where the files that COPY reads come from
 * @param files instruction files, joined in this order; empty to find one in the context
 * @param fileOptional whether a context without an instruction file is taken as if it had one that
 *     says {@code FROM scratch}
 * @param namedContexts other places to copy from, and what stands for an image, by the names that
 *     instructions use for them
 * @param ignoreFile that replaces those of the context and of the instruction files; null for none
 * @param pull when a registry is asked for an image
 * @param sourcePolicy a JSON file that says which images may be used; null for none
 */
public record Inputs(
    ContextAddress context,
    List<InstructionFile> files,
    boolean fileOptional,
    Map<String, ContextAddress> namedContexts,
    @Nullable Path ignoreFile,
    PullPolicy pull,
    @Nullable Path sourcePolicy) {

  public Inputs {
    files = List.copyOf(files);
    namedContexts = Collections.unmodifiableMap(new LinkedHashMap<>(namedContexts));
  }

  /** Gathers inputs. */
  public static final class Builder {
    private final ContextAddress context;
    private final List<InstructionFile> files = new ArrayList<>();
    private boolean fileOptional;
    private @Nullable Path ignoreFile;
    private PullPolicy pull = PullPolicy.IF_MISSING;
    private @Nullable Path sourcePolicy;
    private final Map<String, ContextAddress> namedContexts = new LinkedHashMap<>();

    Builder(ContextAddress context) {
      this.context = context;
    }

    /** Adds an instruction file; several are joined. */
    public Builder file(InstructionFile file) {
      files.add(file);
      return this;
    }

    /** Takes a context without an instruction file as if it had one that says FROM scratch. */
    public Builder fileOptional() {
      fileOptional = true;
      return this;
    }

    /**
     * Names the file whose rules say what of the context is left out, in place of those that lie
     * there and beside the instruction file; null for these.
     */
    public Builder ignoreFile(@Nullable Path file) {
      ignoreFile = file;
      return this;
    }

    /** Says when a registry is asked for an image; where the store has none, by default. */
    public Builder pull(PullPolicy policy) {
      pull = policy;
      return this;
    }

    /** Names a JSON file that says which images may be used, as BuildKit has it; null for none. */
    public Builder sourcePolicy(@Nullable Path file) {
      sourcePolicy = file;
      return this;
    }

    /**
     * Adds a named context, which stands for the stage or the image of that name wherever one is
     * named.
     */
    public Builder namedContext(String name, ContextAddress address) {
      namedContexts.put(name, address);
      return this;
    }

    Inputs build() {
      return new Inputs(
          context, files, fileOptional, namedContexts, ignoreFile, pull, sourcePolicy);
    }
  }
}
