package dev.sealosbuild.cluster;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that searches a context and then waits to be ended. */
final class RenderAndWait {
  private RenderAndWait() {}

  /** Takes an empty directory. */
  public static void main(String[] args) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ended in order")));
    SearchedContext context =
        new SearchedContext(Path.of(args[0]))
            .chart("charts/a", "", "spec: {containers: [{image: a:1}]}");
    System.out.println(context.images());
    new CountDownLatch(1).await();
  }
}
