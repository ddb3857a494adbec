package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML text, JSON too, as {@link Yaml} values. Nothing is constructed: tags mean nothing here. A
 * text is read document by document, so that each says its own mistakes.
 */
final class YamlText {
  private static final int MAX_DOCUMENTS = 20_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_ALIASES = 1000;

  private static final Resolver RESOLVER = new Resolver();

  private YamlText() {}

  /** A document's text and the number of lines before it. */
  record Part(String text, int linesBefore) {}

  /** Hears of a document that cannot be read. */
  interface Trouble {
    void tell(BuildException failure);
  }

  /**
   * Reads all documents but the definitions of custom resources.
   *
   * @param name of the file, for messages
   * @param firstLine the line that the text begins in, 1 for a file
   * @param trouble told of each document that is none; the others are read all the same
   */
  static List<Yaml> read(String text, String name, int firstLine, Trouble trouble) {
    List<Yaml> documents = new ArrayList<>();
    for (Part part : split(text, name)) {
      if (isSchema(part.text())) {
        continue;
      }
      try {
        Yaml value = document(part.text(), name, part.linesBefore() + firstLine - 1);
        if (value != null) {
          documents.add(value);
        }
      } catch (BuildException e) {
        trouble.tell(e);
      }
    }
    return documents;
  }

  /** A CRD, which names no image and is often larger than all else together. */
  private static boolean isSchema(String document) {
    String kind = "kind: CustomResourceDefinition\n";
    return document.startsWith(kind) || document.contains("\n" + kind);
  }

  /** The documents of a stream: a line that begins with three dashes begins one. */
  static List<Part> split(String text, String name) {
    List<Part> parts = new ArrayList<>();
    int start = 0;
    int startLine = 0;
    int line = 0;
    int at = 0;
    while (at < text.length()) {
      if (at > start && isMarker(text, at)) {
        add(parts, new Part(text.substring(start, at), startLine), name);
        start = at;
        startLine = line;
      }
      int feed = text.indexOf('\n', at);
      at = feed < 0 ? text.length() : feed + 1;
      line++;
    }
    add(parts, new Part(text.substring(start), startLine), name);
    return parts;
  }

  private static void add(List<Part> parts, Part part, String name) {
    if (parts.size() == MAX_DOCUMENTS) {
      throw new BuildException(name + " has more than " + MAX_DOCUMENTS + " documents", "split it");
    }
    if (!part.text().isBlank()) {
      parts.add(part);
    }
  }

  private static boolean isMarker(String text, int at) {
    return text.startsWith("---", at)
        && (at + 3 == text.length() || Character.isWhitespace(text.charAt(at + 3)));
  }

  /** One document; null where it is empty. */
  private static @Nullable Yaml document(String text, String name, int linesBefore) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(SearchedFiles.MAX_TEXT);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    try {
      StreamReader reader = new StreamReader(text.indexOf('\t') < 0 ? text : withoutTabs(text));
      Composer composer = new Composer(new ParserImpl(reader, options), RESOLVER, options);
      Node root = null;
      while (composer.checkNode()) {
        Node node = composer.getNode();
        root = root == null ? node : root;
      }
      return root == null ? null : new Conversion(name, linesBefore).value(root);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
      throw new BuildException(
          name + ":" + (linesBefore + line + 1) + ": this is not YAML: " + reason(e),
          "mend the line, or call the file something that does not end in .yaml",
          e);
    } catch (YAMLException e) {
      throw new BuildException(
          name + ":" + (linesBefore + 1) + ": this YAML cannot be read: " + e.getMessage(), "", e);
    }
  }

  private static String reason(MarkedYAMLException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ", ";
    return context + e.getProblem();
  }

  /** JSON is often indented by tabs, which YAML takes for no space: only at the start of lines. */
  private static String withoutTabs(String text) {
    int first = 0;
    while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    boolean json = first < text.length() && "{[".indexOf(text.charAt(first)) >= 0;
    return json ? text.replace('\t', ' ') : text;
  }

  /** Nodes to values, each once. */
  private static final class Conversion {
    private final IdentityHashMap<Node, Yaml> done = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Node> open = new IdentityHashMap<>();
    private final String name;
    private final int linesBefore;

    Conversion(String name, int linesBefore) {
      this.name = name;
      this.linesBefore = linesBefore;
    }

    Yaml value(Node node) {
      Yaml known = done.get(node);
      if (known != null) {
        return known;
      }
      if (open.put(node, node) != null) {
        throw new BuildException(
            name + ":" + line(node) + ": this YAML contains itself", "remove the alias");
      }
      Yaml value;
      if (node instanceof MappingNode mapping) {
        value = mapping(mapping);
      } else if (node instanceof SequenceNode sequence) {
        List<Yaml> items = new ArrayList<>(sequence.getValue().size());
        for (Node item : sequence.getValue()) {
          items.add(value(item));
        }
        value = new Yaml.Sequence(items, line(node));
      } else {
        value = scalar((ScalarNode) node);
      }
      open.remove(node);
      done.put(node, value);
      return value;
    }

    private Yaml.Scalar scalar(ScalarNode node) {
      boolean block =
          node.getScalarStyle() == ScalarStyle.LITERAL
              || node.getScalarStyle() == ScalarStyle.FOLDED;
      return new Yaml.Scalar(
          node.getValue(),
          line(node),
          block,
          node.getScalarStyle() != ScalarStyle.PLAIN,
          node.getTag().equals(Tag.NULL));
    }

    private Yaml.Mapping mapping(MappingNode node) {
      List<Yaml.Member> members = new ArrayList<>(node.getValue().size());
      List<Node> merged = new ArrayList<>();
      for (NodeTuple tuple : node.getValue()) {
        if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
          merged.add(tuple.getValueNode());
        } else if (tuple.getKeyNode() instanceof ScalarNode key) {
          members.add(new Yaml.Member(key.getValue(), line(key), value(tuple.getValueNode())));
        }
      }
      Yaml.Mapping mapping = new Yaml.Mapping(members, line(node));
      for (Node each : merged) {
        merge(value(each), mapping);
      }
      return mapping;
    }

    private static void merge(Yaml from, Yaml.Mapping into) {
      if (from instanceof Yaml.Mapping mapping) {
        for (Yaml.Member member : mapping.members()) {
          if (into.get(member.name()) == null) {
            into.members().add(member);
          }
        }
      } else if (from instanceof Yaml.Sequence sequence) {
        sequence.items().forEach(item -> merge(item, into));
      }
    }

    private int line(Node node) {
      return linesBefore + node.getStartMark().getLine() + 1;
    }
  }
}
