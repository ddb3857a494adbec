package dev.sealosbuild.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A caller of the command line whose streams are kept. */
final class Called {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private String typed = "";
  private int status = -1;

  Called with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Called input(String text) {
    input = text;
    return this;
  }

  Called types(String password) {
    typed = password;
    return this;
  }

  Invocation invocation() {
    return new Invocation(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment,
        null,
        question -> typed.isEmpty() ? null : typed);
  }

  int run(String... args) {
    status = Main.run(args, invocation());
    return status;
  }

  int status() {
    return status;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
