package dev.sealosbuild.run;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayeredTree;
import java.util.function.Supplier;

/**
 * A layer that a command's root file system is made of.
 *
 * @param diffId digest of the layer before compression
 * @param blob digest of the blob that holds it
 * @param index its entries; asked for only where the layer has yet to be unpacked
 * @param source opens it
 */
public record ImageLayer(
    Digest diffId, Digest blob, Supplier<LayerIndex> index, LayeredTree.LayerSource source) {}
