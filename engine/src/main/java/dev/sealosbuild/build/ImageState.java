package dev.sealosbuild.build;

import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.History;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.layer.BuildTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image between two instructions. Executing an instruction is a function from one state to the
 * next.
 *
 * @param config what the image's configuration would be now
 * @param layers base first
 * @param annotations that the base's manifest has
 * @param base name and manifest of the base that it began with; null for scratch
 * @param key digest of all that made this state what it is: the base and every instruction since,
 *     with what it read
 */
record ImageState(
    ImageConfig config,
    List<StateLayer> layers,
    Map<String, String> annotations,
    @Nullable Base base,
    Digest key) {

  /**
   * What a stage began with.
   *
   * @param name full name of the image
   * @param manifest of the image
   * @param history number of lines of history that it brought
   */
  record Base(String name, Descriptor manifest, int history) {}

  ImageState {
    layers = List.copyOf(layers);
  }

  ContainerConfig container() {
    return config.config();
  }

  /** The beginning of the next instruction's key: what all instructions depend on. */
  InstructionKey keyAfter(BuildTime time) {
    return new InstructionKey().add(key.hex()).add(time.key());
  }

  /** After an instruction that changed the configuration only. */
  ImageState after(ContainerConfig container, History entry, Digest newKey) {
    return new ImageState(
        withHistory(config.withConfig(container), entry), layers, annotations, base, newKey);
  }

  /** After an instruction that made a layer. */
  ImageState after(StateLayer layer, History entry, Digest newKey) {
    List<StateLayer> more = new ArrayList<>(layers);
    more.add(layer);
    List<Digest> diffIds = new ArrayList<>(config.diffIds());
    diffIds.add(layer.diffId());
    return new ImageState(
        withHistory(config.withDiffIds(diffIds), entry), more, annotations, base, newKey);
  }

  /**
   * A line of history for the next instruction.
   *
   * @param created RFC 3339 time
   * @param text of the instruction
   * @param emptyLayer whether it made no layer
   */
  History historyLine(String created, String text, boolean emptyLayer) {
    boolean first = base != null && config.history().size() == base.history();
    String comment = first ? "FROM " + base.name() : null;
    return new History(created, text, config.author(), comment, emptyLayer);
  }

  ImageState withConfig(ImageConfig newConfig) {
    return new ImageState(newConfig, layers, annotations, base, key);
  }

  private static ImageConfig withHistory(ImageConfig config, History entry) {
    List<History> history = new ArrayList<>(config.history());
    history.add(entry);
    return config.withHistory(history).withCreated(entry.created());
  }
}
