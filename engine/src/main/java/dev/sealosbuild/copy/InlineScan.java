package dev.sealosbuild.copy;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A heredoc: a file whose text stands in the instruction file. */
final class InlineScan implements CopyScan {
  private static final int MODE = 0644;

  private final LayerEntry file;
  private final byte[] content;

  InlineScan(String name, String text, BuildTime time) {
    this.content = text.getBytes(StandardCharsets.UTF_8);
    this.file = LayerEntry.file(name, MODE, content.length, time.seconds());
  }

  @Override
  public List<LayerEntry> entries() {
    return List.of(file);
  }

  @Override
  public Content content(LayerEntry entry) {
    return () -> Channels.newChannel(new ByteArrayInputStream(content));
  }

  @Override
  public Digest digest() {
    return Digest.of(content);
  }

  @Override
  public boolean isUnchanged() {
    return true;
  }
}
