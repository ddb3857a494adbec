package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.cli.EngineOptions;
import dev.sealosbuild.cli.EngineOptions.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the parameters of the steps what the options of the engine are. {@code -Dupdate=true}
 * writes them anew: the list, the fields of both steps, the form and the help.
 */
class ParametersTest {
  private static final Path JAVA = Path.of("src/main/java/io/jenkins/plugins/sealosbuild");
  private static final Path VIEWS =
      Path.of("src/main/resources/io/jenkins/plugins/sealosbuild/SealosBuildStep");
  private static final String BEGIN = "// made by ParametersTest: begin\n";
  private static final String END = "// made by ParametersTest: end";

  /** Credentials come from Jenkins, never as text. */
  private static final Set<String> NO_PARAMETER = Set.of("--creds", "--creds-stdin");

  /** Options that may be given many times, whose names say so already or would make no plural. */
  private static final Set<String> NO_PLURAL =
      Set.of(
          "--file",
          "--env",
          "--unsetenv",
          "--ssh",
          "--dns",
          "--dns-search",
          "--cap-add",
          "--cap-drop",
          "--security-opt",
          "--group-add",
          "--no-cache-filter",
          "--cache-from",
          "--cache-to");

  @Test
  void everyOptionOfTheEnginesBuildIsAParameterAndNothingElseIs() throws IOException {
    Map<Path, String> made = new LinkedHashMap<>();
    made.put(JAVA.resolve("engine/Parameters.java"), between("engine/Parameters.java", table()));
    for (String step : List.of("SealosBuildStep.java", "SealosBuilder.java")) {
      made.put(JAVA.resolve(step), between(step, fields()));
    }
    made.put(VIEWS.resolve("engine-options.jelly"), form());
    for (Option option : options()) {
      made.put(VIEWS.resolve("help-" + name(option) + ".html"), help(option));
    }
    if (Boolean.getBoolean("update")) {
      for (Path help : help()) {
        if (Files.readString(help).contains("The engine's option")) {
          Files.delete(help);
        }
      }
      for (Map.Entry<Path, String> file : made.entrySet()) {
        Files.writeString(file.getKey(), file.getValue());
      }
    }

    made.forEach(
        (file, text) ->
            assertThat(file)
                .as("mvn test -pl jenkins-plugin -am -Dtest=ParametersTest -Dupdate=true makes it")
                .content()
                .isEqualTo(text));
  }

  @Test
  void everyParameterHasHelpAndNoHelpIsOfNone() throws IOException {
    List<String> names = new ArrayList<>(Parameters.OF_PLUGIN);
    Parameters.OF_ENGINE.forEach(parameter -> names.add(parameter.name()));
    names.replaceAll(name -> "help-" + name + ".html");
    names.add("help.html");

    assertThat(help())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void namesAreThoseThatTheOptionsSuggest() {
    assertThat(Parameters.OF_ENGINE)
        .extracting(Parameter::name)
        .contains("tags", "buildArgs", "buildContexts", "platforms", "isolation", "timestamp")
        .contains("disableCompression", "httpProxy", "noCache", "labels", "file", "target");
  }

  private static List<Path> help() throws IOException {
    try (Stream<Path> files = Files.list(VIEWS)) {
      return files.filter(file -> file.getFileName().toString().startsWith("help")).toList();
    }
  }

  private static List<Option> options() {
    return EngineOptions.ofBuild().stream()
        .filter(option -> !NO_PARAMETER.contains(option.name()))
        .toList();
  }

  private static boolean isMany(Option option) {
    return option.many() || option.name().equals("--platform");
  }

  private static String name(Option option) {
    String name = Parameter.value("", option.name()).optionName();
    boolean plural = isMany(option) && !name.endsWith("s") && !NO_PLURAL.contains(option.name());
    return plural ? name + "s" : name;
  }

  private static String table() {
    List<String> lines = new ArrayList<>();
    for (Option option : options()) {
      String names = "\"" + name(option) + "\", \"" + option.name() + "\"";
      if (option.flag()) {
        lines.add("          flag(" + names + ")");
      } else if (option.name().equals("--platform")) {
        lines.add("          commas(" + names + ")");
      } else if (option.many()) {
        lines.add("          list(" + names + ", '" + separator(option) + "')");
      } else {
        lines.add("          value(" + names + ")");
      }
    }
    return "  public static final List<Parameter> OF_ENGINE =\n      List.of(\n"
        + String.join(",\n", lines)
        + ");\n\n  ";
  }

  /** What stands between key and value, as the option's label shows it. */
  private static char separator(Option option) {
    return option.label().matches("[A-Z]+:.*") ? ':' : '=';
  }

  private static String fields() {
    StringBuilder lines = new StringBuilder();
    for (Option option : options()) {
      String type = option.flag() ? "Boolean" : "Object";
      lines.append("  @DataBoundSetter public @Nullable ").append(type);
      lines.append(' ').append(name(option)).append(";\n");
    }
    return lines + "\n  ";
  }

  private static String form() {
    StringBuilder jelly = new StringBuilder();
    jelly.append("<?jelly escape-by-default='true'?>\n");
    jelly.append("<!-- made by ParametersTest -->\n");
    jelly.append("<j:jelly xmlns:j=\"jelly:core\" xmlns:f=\"/lib/form\">\n");
    for (Option option : options()) {
      String name = name(option);
      if (name.equals("tags") || name.equals("platforms") || name.equals("push")) {
        continue; // they stand at the top of config.jelly
      }
      jelly.append("  <f:entry title=\"").append(option.name()).append("\" field=\"");
      jelly.append(name).append("\">\n");
      if (option.flag()) {
        jelly.append("    <select name=\"_.").append(name);
        jelly.append("\" class=\"jenkins-select__input\">\n");
        jelly.append("      <f:option value=\"\" selected=\"${instance.").append(name);
        jelly.append(" == null}\">default</f:option>\n");
        for (String value : List.of("true", "false")) {
          jelly
              .append("      <f:option value=\"")
              .append(value)
              .append("\" selected=\"${instance.");
          jelly.append(name).append(" == ").append(value).append("}\">").append(value);
          jelly.append("</f:option>\n");
        }
        jelly.append("    </select>\n");
      } else if (isMany(option)) {
        jelly.append("    <f:textarea value=\"${descriptor.lines(instance, '").append(name);
        jelly.append("')}\"/>\n");
      } else {
        jelly.append("    <f:textbox/>\n");
      }
      jelly.append("  </f:entry>\n");
    }
    return jelly.append("</j:jelly>\n").toString();
  }

  private static String help(Option option) {
    StringBuilder html = new StringBuilder("<div>\n  <p>");
    html.append(escaped(option.description())).append("</p>\n  <p>The engine's option <code>");
    html.append(option.name());
    html.append(option.flag() ? "" : " " + escaped(option.label())).append("</code>");
    if (isMany(option)) {
      html.append(option.label().matches("[A-Z]+[\\[]?[=:].*") ? ": a list, or a map" : ": a list");
      html.append("; in the form, one to a line");
    }
    return html.append(".</p>\n</div>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String between(String file, String lines) throws IOException {
    String text = Files.readString(JAVA.resolve(file));
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    return text.substring(0, begin) + lines + text.substring(text.indexOf(END));
  }
}
