package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SetValuesTest {
  private final SetValues values = new SetValues();

  @Test
  void keysNestAndCommasSeparate() {
    values.set("a.b.c=x,a.b.d=y,e=", false);

    assertThat(json()).isEqualTo("{\"a\":{\"b\":{\"c\":\"x\",\"d\":\"y\"}},\"e\":\"\"}");
  }

  @Test
  void valuesHaveTheTypesThatHelmGivesThem() {
    values.set("a=1,b=true,c=null,d=1.5,e=007,f=0,g=-3,h=false,i=20220916", false);

    assertThat(json())
        .isEqualTo(
            "{\"a\":1,\"b\":true,\"c\":null,\"d\":\"1.5\",\"e\":\"007\",\"f\":0,\"g\":-3,\"h\":false,"
                + "\"i\":20220916}");
    assertThat(values.integers()).isEqualTo(Map.of("a", 1L, "f", 0L, "g", -3L, "i", 20_220_916L));
  }

  @Test
  void stringsStayStrings() {
    values.set("a=1,b=true,c={1,2}", true);

    assertThat(json()).isEqualTo("{\"a\":\"1\",\"b\":\"true\",\"c\":[\"1\",\"2\"]}");
    assertThat(values.integers()).isEmpty();
  }

  @Test
  void listsAreSetAsAWholeAndByIndex() {
    values.set("a={x,1},b[1].c=y,b[0]=z,d[0][1]=w,e={}", false);

    assertThat(json())
        .isEqualTo("{\"a\":[\"x\",1],\"b\":[\"z\",{\"c\":\"y\"}],\"d\":[[null,\"w\"]],\"e\":[]}");
    assertThat(values.integers()).isEqualTo(Map.of("a[1]", 1L));
  }

  @Test
  void escapedCharactersMeanThemselves() {
    values.set("a\\.b/c=x\\,y,d\\=e=5", false);

    assertThat(json()).isEqualTo("{\"a.b/c\":\"x,y\",\"d=e\":5}");
    assertThat(values.integers()).isEqualTo(Map.of("d\\=e", 5L));
  }

  @Test
  void itemsAreSetInTheListsOfTheFiles() {
    Map<String, Object> item = new LinkedHashMap<>(Map.of("name", "first"));
    values.startWith("a", new java.util.ArrayList<>(List.of(item, "second")));
    values.set("a[0].image=b", false);

    assertThat(json()).isEqualTo("{\"a\":[{\"name\":\"first\",\"image\":\"b\"},\"second\"]}");
  }

  @Test
  void jsonIsSetAsItIs() {
    values.setJson("a.b={\"c\":[1,\"x\",null,true]}");
    values.setJson("{\"d\":2}");

    assertThat(json()).isEqualTo("{\"a\":{\"b\":{\"c\":[1,\"x\",null,true]}},\"d\":2}");
    assertThat(values.integers()).isEmpty();
  }

  @Test
  void aWholeValueIsNotTakenApart() {
    values.setWhole("a.b", "x,y={1}\n");

    assertThat(json()).isEqualTo("{\"a\":{\"b\":\"x,y={1}\\n\"}}");
  }

  @Test
  void mistakesAreTold() {
    assertThatThrownBy(() -> values.set("a", false)).hasMessageContaining("has no value");
    assertThatThrownBy(() -> values.set("a={x", false)).hasMessageContaining("not closed");
    assertThatThrownBy(() -> values.set("a[x]=1", false)).hasMessageContaining("no index");
    assertThatThrownBy(() -> values.set("a[99999999]=1", false)).hasMessageContaining("no index");
    assertThatThrownBy(() -> values.set("a[0]b=1", false)).hasMessageContaining("has no value");
    assertThatThrownBy(() -> values.set("a.".repeat(100) + "a=1", false))
        .hasMessageContaining("levels deep");
    assertThatThrownBy(() -> values.setJson("a={")).hasMessageContaining("JSON");
    assertThatThrownBy(() -> values.setJson("a")).hasMessageContaining("has no value");
  }

  private String json() {
    return new String(Json.write(values.root()), StandardCharsets.UTF_8);
  }
}
