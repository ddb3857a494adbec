package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.cache.Caches;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.copy.CopySession;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.KeyedFiles;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.transfer.EarlyUploads;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** All that the instructions of one build share. */
final class BuildSession implements CopySession, AutoCloseable {
  private final BuildRequest request;
  private final ImageStore store;
  private final Progress progress;
  private final BuildTime time;
  private final Threads workers;
  private final ImageTransfer transfer;
  private final Caches caches;
  private final InputStream standardInput;
  private final List<Path> directories = new ArrayList<>();
  private final ContextFiles contextFiles;
  private final DirectoryTree context;
  private final InstructionFiles instructions;
  private final IgnoreRules ignoreRules;
  private final SourcePolicy sourcePolicy;
  private final BaseImages baseImages;
  private final ImageTrees trees;
  private final NamedContexts namedContexts;
  private final @Nullable EarlyUploads uploads;
  private final LayerOutput output;
  private final Map<String, String> environment;
  private final Secrets secrets;
  private volatile @Nullable CommandRoom commandRoom;
  private boolean closed;
  private final Object commandLock = new Object();
  private final AtomicBoolean preparing = new AtomicBoolean();
  private boolean commandsExpected;
  private final Map<Digest, Object> layerLocks = new ConcurrentHashMap<>();
  private final Cancellation cancellation = new Cancellation();

  /**
   * @param environment of the process
   * @param standardInput which the context may be
   */
  BuildSession(
      BuildRequest request,
      ImageStore store,
      Progress progress,
      Map<String, String> environment,
      InputStream standardInput) {
    this.request = request;
    this.environment = environment;
    this.standardInput = standardInput;
    this.store = store;
    this.progress = progress;
    this.time = request.layers().time();
    int processors = Runtime.getRuntime().availableProcessors();
    this.workers = new Threads("build-worker", Math.max(2, processors));
    Inputs inputs = request.inputs();
    this.transfer = new ImageTransfer(store, request.output().registry(), inputs.pull(), progress);
    try {
      this.contextFiles = ContextFiles.open(inputs.context(), null, this);
      this.instructions = InstructionFiles.read(inputs, contextFiles, progress);
      this.ignoreRules =
          IgnoreFiles.of(inputs.ignoreFile(), instructions.ignoreFiles(), contextFiles);
    } catch (RuntimeException | Error e) {
      removeDirectories();
      throw e;
    }
    this.context = contextFiles.tree().withFilter(ignoreRules);
    this.sourcePolicy = SourcePolicy.read(inputs.sourcePolicy());
    this.baseImages = new BaseImages(transfer, sourcePolicy);
    this.caches = new Caches(request.cache(), store, transfer, progress);
    this.trees = new ImageTrees(store, transfer.layers());
    this.namedContexts = new NamedContexts(this, inputs.namedContexts());
    this.uploads =
        request.output().push()
                && !request.output().tags().isEmpty()
                && request.layers().merging() == LayerOptions.Merging.NONE
            ? new EarlyUploads(
                transfer.registries(), request.output().tags().get(0), transfer.threads(), progress)
            : null;
    this.output =
        new LayerOutput(
            store, request.layers().compression(), workers, uploads, this::prepareCommands);
    this.secrets = new Secrets(request.commands(), environment, store);
  }

  BuildRequest request() {
    return request;
  }

  @Override
  public ImageStore store() {
    return store;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public BuildTime time() {
    return time;
  }

  /** What is pulled and pushed goes this way. */
  ImageTransfer transfer() {
    return transfer;
  }

  BuildCache cache() {
    return caches.cache();
  }

  Caches caches() {
    return caches;
  }

  DirectoryTree context() {
    return context;
  }

  @Override
  public Path contextDirectory() {
    return context.root();
  }

  /** The build context as messages name it. */
  String contextName() {
    return contextFiles.name();
  }

  /** Where it is remembered what the build context's files looked like. */
  StatMemory contextMemory() {
    return contextFiles.memory(this);
  }

  /** The id of the git commit that the build context is; null where it is none. */
  @Nullable String contextCommit() {
    return contextFiles.commit();
  }

  /** The texts of the instruction files, in order. */
  List<Source> instructions() {
    return instructions.sources();
  }

  /** Standard input of the process. */
  InputStream standardInput() {
    return standardInput;
  }

  String ignoreFile() {
    return ignoreRules.name();
  }

  BaseImages baseImages() {
    return baseImages;
  }

  /** Which images may be used, and what they are replaced by. */
  SourcePolicy sourcePolicy() {
    return sourcePolicy;
  }

  /** Whether the ignore file leaves out a path and all below it. */
  boolean ignoresWhole(String path) {
    return ignoreRules.ignoresWhole(path);
  }

  ImageTrees trees() {
    return trees;
  }

  NamedContexts namedContexts() {
    return namedContexts;
  }

  /** Threads that look at files, and compress. */
  @Override
  public Threads workers() {
    return workers;
  }

  /** A new empty directory that goes with the build. */
  @Override
  public synchronized Path newDirectory() {
    try {
      Path directory = Files.createDirectory(store.temporary().newPath());
      directories.add(directory);
      return directory;
    } catch (IOException e) {
      throw StoreFailure.of("making a temporary directory", e);
    }
  }

  LayerOutput output() {
    return output;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  @Nullable EarlyUploads uploads() {
    return uploads;
  }

  /** What is locked while the layer of this key is made, so that two do not make it. */
  Object lockOf(Digest key) {
    return layerLocks.computeIfAbsent(key, unused -> new Object());
  }

  /** Where it is remembered what the context's files looked like; nowhere without a cache. */
  @Override
  public StatMemory statMemory() {
    KeyedFiles files = store.stat();
    return new StatMemory() {
      @Override
      public Optional<byte[]> get(String key) {
        return files.get(key);
      }

      @Override
      public void put(String key, byte[] bytes) {
        files.put(key, bytes);
      }
    };
  }

  /** The environment of the process. */
  Map<String, String> environment() {
    return environment;
  }

  /** The variables of {@code --env} that have a value. */
  Map<String, String> givenEnvironment() {
    Map<String, String> given = new LinkedHashMap<>();
    for (Map.Entry<String, String> variable : request.image().environment().entrySet()) {
      String value = variable.getValue();
      String known = value != null ? value : environment.get(variable.getKey());
      if (known != null) {
        given.put(variable.getKey(), known);
      }
    }
    return given;
  }

  Secrets secrets() {
    return secrets;
  }

  /** Where commands run. */
  CommandRoom commandRoom() {
    synchronized (commandLock) {
      CommandRoom known = commandRoom;
      if (known == null && closed) {
        throw new BuildException("the build has ended", "");
      }
      if (known == null) {
        known = new CommandRoom(this);
        commandRoom = known;
      }
      return known;
    }
  }

  /** Where commands run, if that has been made; this waits for nothing. */
  @Nullable CommandRoom commandRoomIfMade() {
    return commandRoom;
  }

  /** Tells which commands there are; whether they are run, the cache will tell. */
  void expectCommandsOf(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      commandsExpected |= instruction instanceof Instruction.Run;
    }
    if (store.isNew()) {
      prepareCommands();
    }
  }

  /**
   * What commands need takes a while to load: where one is likely, beside whatever comes first in a
   * new store, and beside the first layer in another.
   */
  private void prepareCommands() {
    if (commandsExpected && !preparing.getAndSet(true)) {
      Thread thread = new Thread(this::tryCommandRoom, "commands");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void tryCommandRoom() {
    try {
      commandRoom();
    } catch (BuildException e) {
      return; // it is told when a command is to be run
    }
  }

  @Override
  public void close() {
    closeCommandRoom();
    secrets.close();
    caches.close();
    workers.close();
    transfer.close();
    removeDirectories();
  }

  /** Now, as the store may stay open for more builds. */
  private synchronized void removeDirectories() {
    try {
      for (Path directory : directories) {
        FileRemoval.remove(directory);
      }
    } catch (IOException e) {
      throw StoreFailure.of("removing a temporary directory", e);
    }
  }

  private void closeCommandRoom() {
    synchronized (commandLock) {
      closed = true;
      CommandRoom made = commandRoom;
      if (made != null) {
        made.close();
      }
    }
  }
}
