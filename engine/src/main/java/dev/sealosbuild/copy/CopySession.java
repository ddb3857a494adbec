package dev.sealosbuild.copy;

import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** What COPY and ADD need of the build that they are part of. */
public interface CopySession {

  /** The times that files get. */
  BuildTime time();

  /** Where it is remembered what the files of a context looked like. */
  StatMemory statMemory();

  /** Where the build context lies. */
  Path contextDirectory();

  /** A new empty directory that goes with the build. */
  Path newDirectory();

  ImageStore store();

  Progress progress();

  /** Threads that look at files, and compress. */
  Executor workers();
}
