/**
 * Floor 4: pulling and pushing over the distribution protocol.
 *
 * <p>{@link dev.sealosbuild.registry.RegistryClient} speaks the protocol; {@code RegistrySession}
 * brings its requests to one repository, with {@code Authorization}, redirects and repetition;
 * {@code Transport} and {@code HttpConnection} are HTTP/1.1 over the JDK's sockets.
 *
 * <h2>Why this is not oras</h2>
 *
 * <p>It was measured against oras-java-sdk 0.7.0 on JDK 17 with two busy cores, each program with a
 * class-data archive of its own, until the first HEAD was answered; CPU milliseconds beyond an
 * empty JVM's 60:
 *
 * <table>
 * <caption>What the first answer costs</caption>
 * <tr><th>client</th><th>CPU ms</th></tr>
 * <tr><td>oras {@code HttpClient}</td><td>635</td></tr>
 * <tr><td>java.net.http, which oras stands on</td><td>500 (405 without reading the trusted
 * authorities)</td></tr>
 * <tr><td>a socket, and this package's client</td><td>75 and 30</td></tr>
 * <tr><td>oras {@code AuthStore}, reading one entry of a file</td><td>325</td></tr>
 * </table>
 *
 * <p>The push of an unchanged image may add 150 ms to the JVM's start, so that neither oras' HTTP
 * client nor java.net.http fits, nor Jackson's databind for a file of a few lines. Java's own TLS
 * costs 330 of these 500, and is loaded only for a server that speaks it: {@code TlsProbe}.
 *
 * <p>Besides, oras' client cannot send a body of unknown length, waits without limit for an answer,
 * and reads a manifest of any size into memory. A host that it was redirected to may ask for a
 * token and name the token server, which is then sent the registry's credentials. Its {@code
 * AuthStore} does not find Docker Hub under the address that docker writes, fails on a file without
 * {@code auths}, knows no identity tokens, and can ask credential helpers but neither let them keep
 * nor forget anything, which {@link dev.sealosbuild.registry.Logins} has to.
 *
 * <h2>Uploads</h2>
 *
 * <p>600 MB of random bytes to docker-registry 2.8 on the loopback, best of three, seconds: {@code
 * curl -T} 2.9 (PUT) and 3.3 (PATCH); writes as they are made here, 2.8 in one PUT and 2.5 in one
 * chunked PATCH; successive PATCHes of 16 MiB 3.4, of 32 MiB 3.2; java.net.http 2.6 to 3.6. Hence a
 * blob that is still being made goes up in one chunked PATCH, which is also how docker and podman
 * push and what every registry knows, and a finished one in one PUT.
 *
 * <p>An upload that breaks is begun anew, as docker and podman begin it: to be continued it would
 * have to be asked how far it came, and docker-registry 2.8 answers that question, put to the
 * address that it gave before the bytes went, with 404 and gives the upload up. The bytes of a blob
 * that is still being made are gone by then; it is pushed again from where it is kept.
 *
 * <h2>Mirrors and other places</h2>
 *
 * <p>{@code RegistriesConf} is what the files named registries.conf say; it makes an image's name
 * into {@code Endpoint}s. {@code RegistryClient} asks {@code Mirrors} in which order, and a {@code
 * Repository} at each of them. {@link dev.sealosbuild.registry.ShortNames} is for who has a name as
 * a user wrote it.
 */
@NullMarked
package dev.sealosbuild.registry;

import org.jspecify.annotations.NullMarked;
