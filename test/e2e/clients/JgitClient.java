import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.util.Random;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/** Clones with JGit, and pushes a commit with one file of random bytes: URL FOLDER [REF BYTES]; no bytes: deletes the ref. Over SSH it runs what GIT_SSH names. */
public class JgitClient {
  public static void main(String[] arguments) throws Exception {
    URI url = new URI(arguments[0]);
    boolean isHttps = url.getScheme().equals("https");
    String bare = isHttps ? "https://" + url.getHost() + ":" + url.getPort() + url.getPath() : arguments[0];
    String[] user = url.getUserInfo().split(":");
    UsernamePasswordCredentialsProvider credentials =
        isHttps ? new UsernamePasswordCredentialsProvider(user[0], user[1]) : null;
    try (Git git =
        Git.cloneRepository().setURI(bare).setDirectory(new File(arguments[1])).setCredentialsProvider(credentials).call()) {
      if (arguments.length == 2) return;
      int size = Integer.parseInt(arguments[3]);
      String from = "";
      if (size > 0) {
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        Files.write(new File(arguments[1], "random").toPath(), bytes);
        git.add().addFilepattern("random").call();
        git.commit().setMessage("from JGit").setAuthor("a", "a@x").setCommitter("a", "a@x").call();
        from = "HEAD";
      }
      for (PushResult result :
          git.push().setCredentialsProvider(credentials).setRefSpecs(new RefSpec(from + ":" + arguments[2])).call()) {
        System.err.print(result.getMessages());
        for (RemoteRefUpdate update : result.getRemoteUpdates())
          System.out.println(update.getRemoteName() + " " + update.getStatus() + " " + update.getMessage());
      }
    } catch (Exception error) {
      System.err.println(error.getMessage());
      System.exit(1);
    }
  }
}
