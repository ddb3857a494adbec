package dev.sealosbuild.json;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * JSON text ↔ {@code Map}, {@code List}, {@code String}, {@code Long}, {@code BigDecimal}, {@code
 * Boolean} and null. Objects keep the order of their members; a member that stands twice is an
 * error.
 */
public final class Json {
  private static final int MAX_DEPTH = 200;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(16 << 20)
                  .maxNumberLength(100)
                  .build())
          .build();

  private Json() {}

  /**
   * Reads one JSON value.
   *
   * @param what names the text in an error message, such as {@code manifest of nginx:1.25}
   * @throws BuildException when the text is not one JSON value, or nests deeper than 200
   */
  public static @Nullable Object read(byte[] text, String what) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        throw new BuildException(what + " is empty where JSON was expected", "");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new BuildException(what + " has text after its JSON value", "");
      }
      return value;
    } catch (JacksonException e) {
      throw new BuildException(
          what
              + " is not valid JSON: "
              + e.getOriginalMessage()
              + " (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ")",
          "",
          e);
    }
  }

  /** Reads one JSON object; any other value is an error. */
  public static JsonObject readObject(byte[] text, String what) {
    if (read(text, what) instanceof Map<?, ?> map) {
      return new JsonObject(map, what);
    }
    throw new BuildException(what + " is not a JSON object", "");
  }

  /** Writes the value without white space, members in the order of the map. */
  public static byte[] write(@Nullable Object value) {
    return write(value, ObjectWriteContext.empty());
  }

  /** Writes the value indented by two spaces, for people. */
  public static byte[] writeIndented(@Nullable Object value) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withArrayIndenter(tools.jackson.core.util.DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return write(
        value,
        new ObjectWriteContext.Base() {
          @Override
          public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return printer;
          }

          @Override
          public boolean hasPrettyPrinter() {
            return true;
          }
        });
  }

  private static byte[] write(@Nullable Object value, ObjectWriteContext context) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = FACTORY.createGenerator(context, out)) {
      write(generator, value);
    }
    return out.toByteArray();
  }

  private static @Nullable Object value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Object integer(JsonParser parser) {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? new BigDecimal(parser.getBigIntegerValue())
        : (Object) parser.getLongValue();
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser));
    }
    return map;
  }

  private static List<@Nullable Object> array(JsonParser parser) {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  private static void write(JsonGenerator generator, @Nullable Object value) {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      map.forEach(
          (name, member) -> {
            generator.writeName((String) name);
            write(generator, member);
          });
      generator.writeEndObject();
    } else if (value instanceof Iterable<?> items) {
      generator.writeStartArray();
      items.forEach(item -> write(generator, item));
      generator.writeEndArray();
    } else if (value instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (value instanceof BigDecimal number) {
      generator.writeNumber(number);
    } else if (value instanceof Double number) {
      generator.writeNumber(number);
    } else if (value instanceof Number number) {
      generator.writeNumber(number.longValue());
    } else {
      generator.writeString(value.toString());
    }
  }
}
