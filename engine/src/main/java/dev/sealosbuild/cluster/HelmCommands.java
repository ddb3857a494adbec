package dev.sealosbuild.cluster;

import dev.sealosbuild.cluster.HelmInstall.Kind;
import dev.sealosbuild.cluster.HelmInstall.Value;
import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.layer.TreePaths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code helm install}, {@code upgrade} and {@code template} in what the image starts, and in
 * the scripts of the context that it calls.
 */
final class HelmCommands {
  private static final int MAX_SCRIPT = 1 << 20;
  private static final int MAX_NESTED = 10;
  private static final int MAX_INSTALLS = 1000;

  private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash", "zsh", "ksh");

  /** What may stand before a command. */
  private static final Set<String> BEFORE =
      Set.of(
          "if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "exec", "sudo");

  /** Options of helm with a value that says nothing of values, beside those of {@link Kind}. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          ("-n --namespace --version --repo --timeout --kubeconfig --kube-context --description"
                  + " --username --password --ca-file --cert-file --key-file --keyring"
                  + " --post-renderer --post-renderer-args --history-max -o --output"
                  + " --name-template -l --labels --registry-config --repository-cache"
                  + " --repository-config --burst-limit --qps --kube-apiserver --kube-as-group"
                  + " --kube-as-user --kube-ca-file --kube-token --kube-tls-server-name -a"
                  + " --api-versions --kube-version -s --show-only --output-dir")
              .split(" "));

  private final SearchedFiles files;
  private final ShellVariables variables;
  private final List<HelmInstall> installs = new ArrayList<>();
  private final Set<String> scripts = new HashSet<>();
  private String directory = "";
  private int depth;

  HelmCommands(SearchedFiles files, ShellVariables variables) {
    this.files = files;
    this.variables = variables;
  }

  /** What the commands install, in their order. */
  List<HelmInstall> search(List<CommandLine> commands) {
    for (CommandLine command : commands) {
      if (command instanceof CommandLine.Shell shell) {
        script(shell.line());
      } else if (command instanceof CommandLine.Exec exec) {
        words(exec.words());
      }
    }
    return installs;
  }

  /** A JSON form is one command, or, as sealos takes it, a list of them. */
  private void words(List<String> words) {
    boolean any = false;
    for (String word : words) {
      any |= word.strip().indexOf(' ') >= 0 || word.indexOf('\n') >= 0;
    }
    boolean list = !words.isEmpty() && words.get(0).strip().indexOf(' ') >= 0;
    if (!list) {
      List<String> expanded = new ArrayList<>();
      words.forEach(word -> expanded.add(variables.replaceAll(word)));
      command(expanded);
    }
    boolean shell = !words.isEmpty() && SHELLS.contains(baseName(words.get(0)));
    if (list || (any && !shell)) {
      words.forEach(this::script);
    } else if (words.size() > 1 && !shell) {
      words.stream().skip(1).filter(word -> word.endsWith(".sh")).forEach(this::script);
    }
  }

  /** A text that a shell reads, in the directory that it begins in. */
  private void script(String text) {
    if (depth == MAX_NESTED) {
      return;
    }
    depth++;
    String before = directory;
    ShellReader.read(text, variables, this::command);
    directory = before;
    depth--;
  }

  private void command(List<String> all) {
    int at = 0;
    while (at < all.size() && (BEFORE.contains(all.get(at)) || assign(all.get(at)))) {
      at++;
    }
    if (at == all.size()) {
      return;
    }
    List<String> words = all.subList(at, all.size());
    String program = baseName(words.get(0));
    switch (program) {
      case "export", "local", "readonly", "declare" -> words.forEach(this::assign);
      case "cd", "pushd" -> directory = words.size() > 1 ? path(words.get(1)) : "";
      case "eval" -> script(String.join(" ", words.subList(1, words.size())));
      case ".", "source" -> callScript(words, 1);
      case "for" -> loop(words);
      default -> {
        if (SHELLS.contains(program)) {
          shell(words);
        } else if (!helm(words)) {
          callScript(words, 0);
        }
      }
    }
  }

  private boolean assign(String word) {
    int equals = word.indexOf('=');
    if (equals <= 0 || !ShellVariables.isName(word.substring(0, equals))) {
      return false;
    }
    variables.set(word.substring(0, equals), word.substring(equals + 1));
    return true;
  }

  /** {@code for NAME in WORD…}: the first word stands for all. */
  private void loop(List<String> words) {
    if (words.size() > 3 && words.get(2).equals("in") && ShellVariables.isName(words.get(1))) {
      variables.set(words.get(1), words.get(3));
    }
  }

  private void shell(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      boolean options = word.startsWith("-") && !word.startsWith("--");
      if (options && word.endsWith("c") && i + 1 < words.size()) {
        script(words.get(i + 1));
        return;
      }
      if (!word.startsWith("-")) {
        callScript(words, i);
        return;
      }
    }
  }

  /** A script of the context, where the word names one. */
  private void callScript(List<String> words, int at) {
    if (at >= words.size()) {
      return;
    }
    String file = path(words.get(at));
    if (file.isEmpty() || !files.isFile(file) || !scripts.add(String.join("\0", words))) {
      return;
    }
    String text = SearchedFiles.text(files.bytes(file, MAX_SCRIPT));
    if (at == 0 && !text.startsWith("#!") && text.indexOf('\0') >= 0) {
      return; // a program
    }
    for (int i = 1; i < 10; i++) {
      variables.set(String.valueOf(i), at + i < words.size() ? words.get(at + i) : "");
    }
    script(text);
  }

  private boolean helm(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (baseName(words.get(i)).equals("helm")) {
        install(words.subList(i + 1, words.size()));
        return true;
      }
    }
    return false;
  }

  private void install(List<String> words) {
    List<String> operands = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    String namespace = "default";
    String kubeVersion = null;
    boolean generated = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.equals("-")) {
        operands.add(word);
        continue;
      }
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String option = equals < 0 ? word : word.substring(0, equals);
      generated |= option.equals("-g") || option.equals("--generate-name");
      Kind kind = Kind.of(option);
      if (kind == null && !WITH_VALUE.contains(option)) {
        continue;
      }
      String value = equals >= 0 ? word.substring(equals + 1) : next(words, ++i);
      if (kind != null) {
        values.add(new Value(kind, value, directory));
      } else if (option.equals("-n") || option.equals("--namespace")) {
        namespace = value;
      } else if (option.equals("--kube-version")) {
        kubeVersion = value;
      }
    }
    add(operands, generated, namespace, values, kubeVersion);
  }

  private static String next(List<String> words, int i) {
    return i < words.size() ? words.get(i) : "";
  }

  private void add(
      List<String> operands,
      boolean generated,
      String namespace,
      List<Value> values,
      @Nullable String kubeVersion) {
    String verb = operands.isEmpty() ? "" : operands.get(0);
    boolean installs = verb.equals("install") || verb.equals("upgrade") || verb.equals("template");
    if (!installs || operands.size() < 2 || this.installs.size() == MAX_INSTALLS) {
      return;
    }
    boolean named = operands.size() > 2 && !generated;
    String chart = operands.get(named ? 2 : 1);
    String place = chart.contains("://") ? chart : path(chart);
    String release = named ? operands.get(1) : "release-name";
    this.installs.add(new HelmInstall(release, place, namespace, values, kubeVersion));
  }

  /** A path in the context; the image's root is the context. */
  private String path(String word) {
    return TreePaths.normalize(word.startsWith("/") ? word : directory + "/" + word);
  }

  private static String baseName(String word) {
    return word.substring(word.lastIndexOf('/') + 1);
  }
}
