package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An index of images of several platforms: the commands that join it, and what came of them. */
public final class JoinedIndex {
  private static final String DOCKER = "docker://";

  private final String name;
  private final String digest;
  private final long size;
  private final List<String> platforms;

  private JoinedIndex(String name, String digest, long size, List<String> platforms) {
    this.name = name;
    this.digest = digest;
    this.size = size;
    this.platforms = platforms;
  }

  /**
   * The commands after {@link #create}, in order. The index has a name of its own while it is made,
   * so that what another build has left under the final one is neither in the way nor in the
   * result.
   *
   * @param scratch the name meanwhile
   * @param images references of a registry, where the agents have pushed them
   * @param registry the options that tell whom to be there
   * @param signing the options that sign what is pushed
   */
  public static List<List<String>> commands(
      String name,
      String scratch,
      List<String> images,
      boolean push,
      List<String> registry,
      List<String> signing) {
    List<List<String>> commands = new ArrayList<>();
    for (String image : images) {
      commands.add(
          command(List.of("manifest", "add"), registry, List.of(scratch, transport(image))));
    }
    if (push) {
      List<String> options = new ArrayList<>(registry);
      options.addAll(signing);
      commands.add(
          command(
              List.of("manifest", "push", "--all"), options, List.of(scratch, transport(name))));
    }
    commands.add(List.of("tag", scratch, name));
    return commands;
  }

  /** The command that makes an empty index; what is done with it comes before {@link #remove}. */
  public static List<String> create(String scratch) {
    return List.of("manifest", "create", scratch);
  }

  /** The command that takes the name away again that the index had meanwhile. */
  public static List<String> remove(String scratch) {
    return List.of("rmi", scratch);
  }

  /** The command whose output {@link #of} reads. */
  public static List<String> inspect(String name) {
    return List.of("inspect", name);
  }

  /** What the engine's {@code inspect} tells of the index. */
  public static JoinedIndex of(String name, String inspected) {
    JsonObject json =
        Json.readObject(inspected.getBytes(StandardCharsets.UTF_8), "what is told of " + name);
    List<String> platforms = new ArrayList<>();
    JsonObject index = json.object("index");
    for (JsonObject entry : index == null ? List.<JsonObject>of() : index.objects("manifests")) {
      JsonObject platform = entry.object("platform");
      if (platform != null) {
        platforms.add(BuildRecord.platform(platform));
      }
    }
    return new JoinedIndex(name, json.requiredString("digest"), json.number("size", 0), platforms);
  }

  public String name() {
    return name;
  }

  public String digest() {
    return digest;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  public List<String> platforms() {
    return platforms;
  }

  private static List<String> command(
      List<String> words, List<String> options, List<String> operands) {
    List<String> command = new ArrayList<>(words);
    command.addAll(options);
    command.addAll(operands);
    return command;
  }

  private static String transport(String image) {
    return image.contains("://") ? image : DOCKER + image;
  }
}
