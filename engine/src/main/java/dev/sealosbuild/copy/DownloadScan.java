package dev.sealosbuild.copy;

import dev.sealosbuild.context.DownloadedFile;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file that was fetched from a web server: of mode 0600 and the time that the server says it was
 * changed last, as buildah and docker have it.
 */
record DownloadScan(DownloadedFile file) implements CopyScan {

  @Override
  public List<LayerEntry> entries() {
    return List.of(
        LayerEntry.file(file.name(), DownloadedFile.MODE, file.size(), file.mtimeSeconds()));
  }

  @Override
  public Content content(LayerEntry entry) {
    return () -> FileChannel.open(file.content(), StandardOpenOption.READ);
  }

  @Override
  public Digest digest() {
    return file.digest();
  }

  @Override
  public boolean isUnchanged() {
    return true;
  }
}
