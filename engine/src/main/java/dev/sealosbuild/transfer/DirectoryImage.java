package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image of a folder as {@code skopeo copy … dir:PATH} writes it: each blob a file of it. */
final class DirectoryImage extends ImagesInFiles {
  static final String MANIFEST = "manifest.json";
  static final String VERSION = "version";

  DirectoryImage(ImageFiles files, ImageTransfer transfer) {
    super(files, transfer.store(), check("dir", files, transfer));
  }

  @Override
  int count() {
    return 1;
  }

  @Override
  List<ImageReference> names(int number) {
    return List.of();
  }

  @Override
  Descriptor load(int number, @Nullable Platform platform) {
    byte[] bytes = files().document(MANIFEST);
    requireAccepted(bytes);
    Descriptor top = Descriptor.of(mediaType(bytes), bytes);
    store().put(bytes, top.digest());
    return copy(top, platform);
  }

  @Override
  String fileOf(Descriptor blob) {
    boolean document =
        MediaType.isIndex(blob.mediaType()) || MediaType.isManifest(blob.mediaType());
    return blob.digest().hex() + (document ? ".manifest.json" : "");
  }

  /** The member is optional in OCI's documents: then their other members tell. */
  private String mediaType(byte[] bytes) {
    JsonObject json = Json.readObject(bytes, MANIFEST + " of " + files().path());
    String type = json.string("mediaType");
    if (type != null) {
      return type;
    }
    return json.members().containsKey("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
  }
}
