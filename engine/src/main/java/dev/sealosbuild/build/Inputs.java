package dev.sealosbuild.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a build reads.
 *
 * @param context directory that COPY reads
 * @param files instruction files, joined in this order; empty to find one in the context
 */
public record Inputs(Path context, List<InstructionFile> files) {

  public Inputs {
    files = List.copyOf(files);
  }

  /** Gathers inputs. */
  public static final class Builder {
    private final Path context;
    private final List<InstructionFile> files = new ArrayList<>();

    Builder(Path context) {
      this.context = context;
    }

    /** Adds an instruction file; several are joined. */
    public Builder file(InstructionFile file) {
      files.add(file);
      return this;
    }

    Inputs build() {
      return new Inputs(context, files);
    }
  }
}
