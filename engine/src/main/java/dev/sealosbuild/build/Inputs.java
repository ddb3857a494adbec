package dev.sealosbuild.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a build reads.
 *
 * @param context directory that COPY reads
 * @param files instruction files, joined in this order; empty to find one in the context
 * @param sourcePolicy a JSON file that says which images may be used; null for none
 */
public record Inputs(Path context, List<InstructionFile> files, @Nullable Path sourcePolicy) {

  public Inputs {
    files = List.copyOf(files);
  }

  /** Gathers inputs. */
  public static final class Builder {
    private final Path context;
    private final List<InstructionFile> files = new ArrayList<>();
    private @Nullable Path sourcePolicy;

    Builder(Path context) {
      this.context = context;
    }

    /** Adds an instruction file; several are joined. */
    public Builder file(InstructionFile file) {
      files.add(file);
      return this;
    }

    /** Names a JSON file that says which images may be used, as BuildKit has it; null for none. */
    public Builder sourcePolicy(@Nullable Path file) {
      sourcePolicy = file;
      return this;
    }

    Inputs build() {
      return new Inputs(context, files, sourcePolicy);
    }
  }
}
