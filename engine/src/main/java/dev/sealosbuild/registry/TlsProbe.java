package dev.sealosbuild.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds out whether a server speaks TLS, by greeting it as a TLS client does and looking at the
 * first byte of what it says. Java's own TLS would tell as well, but loading it costs more than the
 * whole push of an unchanged image to a plain registry may take.
 */
final class TlsProbe {
  private static final int ANSWER_MILLIS = 10_000;
  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;
  private static final int HELLO_BODY = 2 + 32 + 1 + 4 + 2;

  private TlsProbe() {}

  /**
   * Whether it speaks TLS. A server that says nothing at all is taken to: then nothing is sent to
   * it in the clear.
   *
   * @throws IOException where it cannot be reached
   */
  static boolean speaksTls(Origin origin) throws IOException {
    try (Socket socket = Transport.openSocket(origin)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(clientHello());
      out.flush();
      InputStream in = socket.getInputStream();
      int first = firstByte(in);
      return first == HANDSHAKE || first == ALERT;
    }
  }

  private static int firstByte(InputStream in) {
    try {
      return in.read();
    } catch (java.net.SocketTimeoutException e) {
      return ALERT;
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * A TLS 1.2 ClientHello without extensions. Its random bytes hold an empty line, so that an HTTP
   * server sees a whole, if senseless, request, and refuses it at once.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1.2">RFC 5246, 7.4.1.2</a>
   */
  private static byte[] clientHello() {
    ByteBuffer hello = ByteBuffer.allocate(5 + 4 + HELLO_BODY);
    hello.put((byte) HANDSHAKE).putShort((short) 0x0301).putShort((short) (4 + HELLO_BODY));
    hello.put((byte) 1).put((byte) 0).putShort((short) HELLO_BODY);
    hello.putShort((short) 0x0303);
    hello.put(" is it TLS\r\n\r\n or is it not?    ".getBytes(StandardCharsets.US_ASCII), 0, 32);
    hello.put((byte) 0);
    hello.putShort((short) 2).putShort((short) 0xc02f);
    hello.put((byte) 1).put((byte) 0);
    return hello.array();
  }
}
