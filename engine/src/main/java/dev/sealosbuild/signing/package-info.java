/**
 * Floor 5: signing what a registry has, checking what others signed, and saying how an image was
 * made and what is in it.
 *
 * <p>Two kinds of signature: containers' "simple signing" (an OpenPGP message, by {@link
 * dev.sealosbuild.signing.OpenPgpSigner}, kept where {@link
 * dev.sealosbuild.signing.RegistriesDirectory} says) and sigstore's (an ECDSA signature, by {@link
 * dev.sealosbuild.signing.SigstorePrivateKey}, kept in the registry itself). {@link
 * dev.sealosbuild.signing.ImageSigner} makes them; {@link dev.sealosbuild.signing.PolicyContext}
 * asks whether an image has those that a policy.json wants.
 *
 * <p>Of Bouncy Castle only what needs no security provider is used: nothing of it is looked up by
 * name, so that the executable JAR holds just the classes that are referred to. None of this
 * package is loaded by a build that signs and verifies nothing.
 */
@NullMarked
package dev.sealosbuild.signing;

import org.jspecify.annotations.NullMarked;
