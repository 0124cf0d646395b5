import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.ReceivePack;

/** JGit as a host: http|ssh REPOSITORY REQUEST... Takes each file as what a push sends and prints what it answers. */
public class JgitReceivePack {
  public static void main(String[] arguments) throws Exception {
    for (int i = 2; i < arguments.length; i++) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try (Repository repository = new FileRepositoryBuilder().setGitDir(new File(arguments[1])).build();
          InputStream request = new FileInputStream(arguments[i])) {
        ReceivePack receivePack = new ReceivePack(repository);
        receivePack.setBiDirectionalPipe(arguments[0].equals("ssh"));
        receivePack.setCheckReceivedObjects(true);
        receivePack.receive(request, answer, null);
      } catch (Exception error) {
        answer.write(("broke off: " + error).getBytes(StandardCharsets.UTF_8));
      }
      System.out.println("answer " + (i - 1));
      System.out.println(answer.toString("ISO-8859-1"));
    }
  }
}
