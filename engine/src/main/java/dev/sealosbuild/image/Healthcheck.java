package dev.sealosbuild.image;

import dev.sealosbuild.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a container's health is to be checked: Docker's extension of the configuration.
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", command]}
 * @param interval between two checks, in nanoseconds; 0 where not given
 * @param timeout of one check, in nanoseconds; 0 where not given
 * @param startPeriod in which failures do not count, in nanoseconds; 0 where not given
 * @param startInterval between two checks during the start period, in nanoseconds; 0 where not
 *     given
 * @param retries failures in a row that make a container unhealthy; 0 where not given
 */
public record Healthcheck(
    List<String> test,
    long interval,
    long timeout,
    long startPeriod,
    long startInterval,
    long retries) {

  public Healthcheck {
    test = List.copyOf(test);
  }

  static Healthcheck read(JsonObject json) {
    return new Healthcheck(
        Objects.requireNonNullElse(json.strings("Test"), List.of()),
        json.number("Interval", 0),
        json.number("Timeout", 0),
        json.number("StartPeriod", 0),
        json.number("StartInterval", 0),
        json.number("Retries", 0));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!test.isEmpty()) {
      json.put("Test", test);
    }
    putIfSet(json, "Interval", interval);
    putIfSet(json, "Timeout", timeout);
    putIfSet(json, "StartPeriod", startPeriod);
    putIfSet(json, "StartInterval", startInterval);
    putIfSet(json, "Retries", retries);
    return json;
  }

  private static void putIfSet(Map<String, Object> json, String name, long value) {
    if (value != 0) {
      json.put(name, value);
    }
  }
}
